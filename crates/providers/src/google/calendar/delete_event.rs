//! `events.delete`.

use http::Method;
use http::header::IF_MATCH;
use secrecy::SecretString;

use super::super::{GoogleClient, GoogleError};
use super::patch_event::etag_header;

/// How a deletion went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// By this call.
    Now,
    /// It was deleted before, or never there.
    AlreadyGone,
}

impl GoogleClient {
    /// Deletes an event; Google tells the guests. With `if_match`, only if the event still has this etag.
    pub async fn delete_event(
        &self,
        access: &SecretString,
        calendar_id: &str,
        event_id: &str,
        if_match: Option<&str>,
    ) -> Result<Deleted, GoogleError> {
        let mut request = self
            .calendar_request(Method::DELETE, &["calendars", calendar_id, "events", event_id], access)?
            .query(&[("sendUpdates", "all")]);
        if let Some(etag) = if_match {
            request = request.header(IF_MATCH, etag_header(etag)?);
        }
        match self.call("events.delete", request).await {
            Ok(_) => Ok(Deleted::Now),
            Err(GoogleError::Gone | GoogleError::NotFound) => Ok(Deleted::AlreadyGone),
            Err(error) => Err(error),
        }
    }
}
