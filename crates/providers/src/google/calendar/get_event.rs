//! `events.get`.

use http::Method;
use secrecy::SecretString;

use super::super::{GoogleClient, GoogleError};
use super::remote_event::RemoteEvent;
use super::wire_event::WireEvent;

impl GoogleClient {
    /// Reads one event. Deleted ones come too, with status `cancelled`.
    pub async fn get_event(
        &self,
        access: &SecretString,
        calendar_id: &str,
        event_id: &str,
    ) -> Result<RemoteEvent, GoogleError> {
        let request = self.calendar_request(Method::GET, &["calendars", calendar_id, "events", event_id], access)?;
        Ok(self.call("events.get", request).await?.decode::<WireEvent>()?.into())
    }
}
