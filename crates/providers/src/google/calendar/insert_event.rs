//! `events.insert`.

use http::Method;
use secrecy::SecretString;

use super::super::{GoogleClient, GoogleError};
use super::event_draft::EventDraft;
use super::remote_event::RemoteEvent;
use super::wire_event::WireEvent;

/// Without the first, Google ignores conference data; the second says whether it mails guests.
pub(super) const fn write_query(quiet: bool) -> [(&'static str, &'static str); 2] {
    let updates = if quiet { "none" } else { "all" };
    [("conferenceDataVersion", "1"), ("sendUpdates", updates)]
}

impl GoogleClient {
    /// Puts an event into a calendar; Google invites the guests.
    ///
    /// [`GoogleError::AlreadyExists`] may be the echo of an earlier attempt whose answer was lost: get the event, and
    /// adopt it only if its private properties are ours. A deleted event keeps its id.
    pub async fn insert_event(
        &self,
        access: &SecretString,
        calendar_id: &str,
        draft: &EventDraft,
    ) -> Result<RemoteEvent, GoogleError> {
        let request = self
            .calendar_request(Method::POST, &["calendars", calendar_id, "events"], access)?
            .query(&write_query(draft.guests.is_empty()))
            .json(&draft.to_wire());
        Ok(self.call("events.insert", request).await?.decode::<WireEvent>()?.into())
    }
}
