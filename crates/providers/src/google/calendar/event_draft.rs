//! What we want to stand in a calendar, and how it goes over the wire.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// A new event.
#[derive(Clone, PartialEq, Eq)]
pub struct EventDraft {
    /// Our own id, lowercase base32hex (`a`–`v`, `0`–`9`), 5 to 1024 characters, so that a repeated insert is noticed.
    pub id: String,
    /// The title.
    pub summary: String,
    /// The text below it.
    pub description: String,
    /// First instant.
    pub starts: Timestamp,
    /// First instant after it.
    pub ends: Timestamp,
    /// IANA name of the zone in which Google shows the times.
    pub time_zone: String,
    /// Where, if it is not a conference.
    pub location: Option<String>,
    /// Rules by which it repeats, such as `RRULE:FREQ=DAILY;COUNT=3`; `starts` and `ends` are then those of the first time.
    pub recurrence: Vec<String>,
    /// Who is invited; Google sends them its invitation.
    pub guests: Vec<Guest>,
    /// Whether it leaves its owner's time free: Google's free/busy does not count it then.
    pub transparent: bool,
    /// Asks for a Meet link. A new id for every attempt: Google ignores one that it has seen.
    pub conference_request_id: Option<String>,
    /// Private extended properties, by which we know our own events again.
    pub private: BTreeMap<String, String>,
}

/// Who is invited to an event.
#[derive(Clone, PartialEq, Eq)]
pub struct Guest {
    /// Where Google's invitation goes.
    pub email: String,
    /// Shown beside it.
    pub name: Option<String>,
}

/// A change of an event; what is `None` stays as it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EventPatch {
    /// The title.
    pub summary: Option<String>,
    /// The text below it.
    pub description: Option<String>,
    /// First instant.
    pub starts: Option<Timestamp>,
    /// First instant after it.
    pub ends: Option<Timestamp>,
    /// IANA name of the zone for `starts` and `ends`; says nothing alone.
    pub time_zone: Option<String>,
    /// Where; an empty text takes the place away.
    pub location: Option<String>,
    /// All rules by which it repeats from now on.
    pub recurrence: Option<Vec<String>>,
    /// All who are invited from now on, as Google has them.
    pub attendees: Option<Vec<Value>>,
    /// It leaves its owner's time free from now on.
    pub transparent: bool,
    /// Whether nobody is told of the change.
    pub quiet: bool,
    /// `confirmed` brings a deleted event back.
    pub status: Option<String>,
    /// Asks for a Meet link anew, after a failure.
    pub conference_request_id: Option<String>,
    /// The etag that the event must still have, or [`super::super::GoogleError::PreconditionFailed`] comes back.
    pub if_match: Option<String>,
}

impl EventDraft {
    pub(super) fn to_wire(&self) -> Value {
        let mut event = json!({
            "id": self.id,
            "status": "confirmed",
            "summary": self.summary,
            "description": self.description,
            "start": { "dateTime": self.starts.to_string(), "timeZone": self.time_zone },
            "end": { "dateTime": self.ends.to_string(), "timeZone": self.time_zone },
            "attendees": self.guests.iter().map(Guest::to_wire).collect::<Vec<_>>(),
            "extendedProperties": { "private": self.private },
        });
        if let Some(location) = &self.location {
            event["location"] = json!(location);
        }
        if !self.recurrence.is_empty() {
            event["recurrence"] = json!(self.recurrence);
        }
        if self.transparent {
            event["transparency"] = json!("transparent");
        }
        if let Some(id) = &self.conference_request_id {
            event["conferenceData"] = ask_for_meet(id);
        }
        event
    }
}

impl Guest {
    fn to_wire(&self) -> Value {
        match &self.name {
            Some(name) => json!({ "email": self.email, "displayName": name }),
            None => json!({ "email": self.email }),
        }
    }
}

impl EventPatch {
    pub(super) fn to_wire(&self) -> Value {
        let mut event = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                event.insert(name.to_owned(), value);
            }
        };
        set("summary", self.summary.as_ref().map(|text| json!(text)));
        set("description", self.description.as_ref().map(|text| json!(text)));
        set("start", self.starts.map(|at| self.time_to_wire(at)));
        set("end", self.ends.map(|at| self.time_to_wire(at)));
        set("location", self.location.as_ref().map(|text| json!(text)));
        set("recurrence", self.recurrence.as_ref().map(|rules| json!(rules)));
        set("attendees", self.attendees.as_ref().map(|all| json!(all)));
        set("transparency", self.transparent.then(|| json!("transparent")));
        set("status", self.status.as_ref().map(|text| json!(text)));
        set(
            "conferenceData",
            self.conference_request_id.as_deref().map(ask_for_meet),
        );
        Value::Object(event)
    }

    /// A patch merges, so a `date` from an event that was dragged to "all day" would stay beside our `dateTime`, and
    /// Google refuses both together: it is cleared.
    fn time_to_wire(&self, at: Timestamp) -> Value {
        let mut time = json!({ "date": null, "dateTime": at.to_string() });
        if let Some(zone) = &self.time_zone {
            time["timeZone"] = json!(zone);
        }
        time
    }
}

fn ask_for_meet(request_id: &str) -> Value {
    json!({ "createRequest": { "requestId": request_id, "conferenceSolutionKey": { "type": "hangoutsMeet" } } })
}

impl fmt::Debug for EventDraft {
    /// Names the event and nobody in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventDraft")
            .field("id", &self.id)
            .field("starts", &self.starts)
            .field("ends", &self.ends)
            .field("guests", &self.guests.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Guest {
    /// Names nobody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guest").finish_non_exhaustive()
    }
}

impl fmt::Debug for EventPatch {
    /// Names what changes and nobody in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventPatch")
            .field("starts", &self.starts)
            .field("ends", &self.ends)
            .field("status", &self.status)
            .field("if_match", &self.if_match)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_says_all_that_google_needs() {
        let draft = EventDraft {
            id: "tt0a1b2".into(),
            summary: "Session".into(),
            description: "Text".into(),
            starts: "2026-11-24T14:00:00Z".parse().unwrap(),
            ends: "2026-11-24T15:00:00Z".parse().unwrap(),
            time_zone: "Europe/Madrid".into(),
            location: None,
            guests: vec![Guest {
                email: "kim@example.test".into(),
                name: Some("Kim".into()),
            }],
            recurrence: vec!["RRULE:FREQ=DAILY;COUNT=3".into()],
            transparent: false,
            conference_request_id: Some("r1".into()),
            private: BTreeMap::from([("timetapWrite".into(), "w1".into())]),
        };
        assert_eq!(
            draft.to_wire(),
            json!({
                "id": "tt0a1b2", "status": "confirmed", "summary": "Session", "description": "Text",
                "start": { "dateTime": "2026-11-24T14:00:00Z", "timeZone": "Europe/Madrid" },
                "end": { "dateTime": "2026-11-24T15:00:00Z", "timeZone": "Europe/Madrid" },
                "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
                "attendees": [{ "email": "kim@example.test", "displayName": "Kim" }],
                "extendedProperties": { "private": { "timetapWrite": "w1" } },
                "conferenceData": { "createRequest": { "requestId": "r1", "conferenceSolutionKey": { "type": "hangoutsMeet" } } },
            })
        );
        assert!(!format!("{draft:?}").contains("kim"));
    }

    #[test]
    fn a_patch_says_only_what_changes() {
        assert_eq!(EventPatch::default().to_wire(), json!({}));
        let patch = EventPatch {
            starts: Some("2026-11-24T14:00:00Z".parse().unwrap()),
            time_zone: Some("Europe/Madrid".into()),
            status: Some("confirmed".into()),
            ..EventPatch::default()
        };
        assert_eq!(
            patch.to_wire(),
            json!({
                "start": { "date": null, "dateTime": "2026-11-24T14:00:00Z", "timeZone": "Europe/Madrid" },
                "status": "confirmed",
            })
        );
    }
}
