//! `events.patch`.

use http::Method;
use http::header::{HeaderValue, IF_MATCH};
use secrecy::SecretString;

use super::super::{GoogleClient, GoogleError};
use super::event_draft::EventPatch;
use super::insert_event::write_query;
use super::remote_event::RemoteEvent;
use super::wire_event::WireEvent;

impl GoogleClient {
    /// Changes what the patch names and leaves the rest; Google tells the guests unless it is
    /// quiet.
    pub async fn patch_event(
        &self,
        access: &SecretString,
        calendar_id: &str,
        event_id: &str,
        patch: &EventPatch,
    ) -> Result<RemoteEvent, GoogleError> {
        let mut request = self
            .calendar_request(Method::PATCH, &["calendars", calendar_id, "events", event_id], access)?
            .query(&write_query(patch.quiet))
            .json(&patch.to_wire());
        if let Some(etag) = &patch.if_match {
            request = request.header(IF_MATCH, etag_header(etag)?);
        }
        Ok(self.call("events.patch", request).await?.decode::<WireEvent>()?.into())
    }
}

/// Etags are opaque and come from Google; one that cannot stand in a header was damaged on our side.
pub(super) fn etag_header(etag: &str) -> Result<HeaderValue, GoogleError> {
    HeaderValue::from_str(etag).map_err(|_| GoogleError::BadRequest {
        reason: "invalid_etag".into(),
        message: "The stored etag is damaged.".into(),
    })
}
