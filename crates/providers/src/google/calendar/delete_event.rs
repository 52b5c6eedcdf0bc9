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
        self.delete(access, calendar_id, event_id, if_match, "all").await
    }

    /// Deletes an event that is one too many, if it still has this etag. The guests are told only with `tell`: they have
    /// another one of the same meeting, which stays.
    pub async fn delete_extra_event(
        &self,
        access: &SecretString,
        calendar_id: &str,
        event_id: &str,
        etag: &str,
        tell: bool,
    ) -> Result<Deleted, GoogleError> {
        let etag = Some(etag).filter(|etag| !etag.is_empty());
        let send_updates = if tell { "all" } else { "none" };
        self.delete(access, calendar_id, event_id, etag, send_updates).await
    }

    async fn delete(
        &self,
        access: &SecretString,
        calendar_id: &str,
        event_id: &str,
        if_match: Option<&str>,
        send_updates: &str,
    ) -> Result<Deleted, GoogleError> {
        let mut request = self
            .calendar_request(Method::DELETE, &["calendars", calendar_id, "events", event_id], access)?
            .query(&[("sendUpdates", send_updates)]);
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
