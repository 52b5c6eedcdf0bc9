//! `channels.stop`.

use http::Method;
use secrecy::SecretString;
use serde_json::json;

use super::super::{GoogleClient, GoogleError};

impl GoogleClient {
    /// Closes a channel that the same account opened through the same OAuth client. One that is closed already counts
    /// as closed.
    pub async fn stop_channel(
        &self,
        access: &SecretString,
        channel_id: &str,
        resource_id: &str,
    ) -> Result<(), GoogleError> {
        let request = self
            .calendar_request(Method::POST, &["channels", "stop"], access)?
            .json(&json!({ "id": channel_id, "resourceId": resource_id }));
        match self.call("channels.stop", request).await {
            Ok(_) | Err(GoogleError::NotFound | GoogleError::Gone) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
