//! An event as one calendar keeps it, and as the API shows it.

use data_encoding::BASE64URL_NOPAD;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{calendars::Calendar, conference::Meet};

/// When an event takes place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EventTimes {
    /// Epoch milliseconds; of an all-day event midnight in the calendar's zone.
    pub starts: i64,
    /// Epoch milliseconds, exclusive.
    pub ends: i64,
    /// `start` as the API shows it.
    pub start: Value,
    /// `end` as the API shows it.
    pub end: Value,
}

impl EventTimes {
    /// From the first day up to, not including, the last.
    pub(crate) fn all_day(first: Date, last: Date, zone: &TimeZone) -> Self {
        let midnight = |day: Date| {
            let instant = zone.to_timestamp(day.to_datetime(jiff::civil::Time::midnight()));
            instant.map_or(0, Timestamp::as_millisecond)
        };
        Self {
            starts: midnight(first),
            ends: midnight(last),
            start: json!({ "date": first.to_string() }),
            end: json!({ "date": last.to_string() }),
        }
    }
}

/// One event in one calendar.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Event {
    pub id: String,
    pub ical_uid: String,
    /// `confirmed`, `tentative` or `cancelled`.
    pub status: String,
    /// Number of the last change; the etag comes from it, and the order of sync.
    pub version: u64,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub sequence: u32,
    /// E-mail of the account that made it.
    pub organizer: String,
    pub times: EventTimes,
    /// The other writable fields, as given.
    pub fields: Map<String, Value>,
    pub meet: Option<Meet>,
    /// Made by a person in the calendar, not through the API.
    pub by_hand: bool,
    /// A guest's copy: the organizer's calendar holds the original.
    pub is_copy: bool,
}

impl Event {
    /// An event that a person made in the calendar.
    pub(crate) fn by_hand(id: String, organizer: &str, times: EventTimes, version: u64, now: Timestamp) -> Self {
        Self {
            ical_uid: format!("{id}@google.com"),
            id,
            status: "confirmed".to_owned(),
            version,
            created: now,
            updated: now,
            sequence: 0,
            organizer: organizer.to_owned(),
            times,
            fields: Map::new(),
            meet: None,
            by_hand: true,
            is_copy: false,
        }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.status == "cancelled"
    }

    /// Whether it is the master of a series.
    pub(crate) fn is_series(&self) -> bool {
        self.fields.contains_key("recurrence")
    }

    /// Whether it is an exception of a series (or an instance of one).
    pub(crate) fn is_exception(&self) -> bool {
        self.fields.contains_key("recurringEventId")
    }

    pub(crate) fn etag(&self) -> String {
        format!("\"{:016}\"", self.version * 2)
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn attendees(&self) -> impl Iterator<Item = &Value> {
        self.fields
            .get("attendees")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    }

    pub(crate) fn attendee_emails(&self) -> impl Iterator<Item = String> {
        self.attendees()
            .filter_map(|guest| guest.get("email")?.as_str().map(str::to_lowercase))
    }

    /// The answer of the account to the invitation, if it is a guest.
    pub(crate) fn response_of(&self, account: &str) -> Option<&str> {
        self.attendees()
            .find(|guest| {
                guest
                    .get("email")
                    .and_then(Value::as_str)
                    .is_some_and(|e| e.eq_ignore_ascii_case(account))
            })
            .map(|guest| {
                guest
                    .get("responseStatus")
                    .and_then(Value::as_str)
                    .unwrap_or("needsAction")
            })
    }

    /// Whether the account is busy while it lasts.
    pub(crate) fn is_busy_for(&self, account: &str) -> bool {
        !self.is_cancelled()
            && self.text("transparency") != "transparent"
            && !(self.is_copy && self.response_of(account) == Some("declined"))
    }

    /// A private or shared extended property.
    pub(crate) fn property(&self, kind: &str, name: &str) -> Option<&str> {
        self.fields.get("extendedProperties")?.get(kind)?.get(name)?.as_str()
    }

    /// The address of the event's page.
    pub(crate) fn html_link(&self, base_url: &str, calendar: &str) -> String {
        let eid = BASE64URL_NOPAD.encode(format!("{} {calendar}", self.id).as_bytes());
        format!("{base_url}/calendar/event/{eid}")
    }

    /// The event as the API shows it.
    pub(crate) fn resource(&self, base_url: &str, calendar: &Calendar) -> Value {
        let mut shown = self.fields.clone();
        let person = |email: &str| {
            let mut person = json!({ "email": email });
            if email == calendar.account {
                person["self"] = json!(true);
            }
            person
        };
        for (name, value) in [
            ("kind", json!("calendar#event")),
            ("etag", json!(self.etag())),
            ("id", json!(self.id)),
            ("status", json!(self.status)),
            ("htmlLink", json!(self.html_link(base_url, &calendar.id))),
            ("created", json!(stamp(self.created))),
            ("updated", json!(stamp(self.updated))),
            ("iCalUID", json!(self.ical_uid)),
            ("sequence", json!(self.sequence)),
            ("creator", person(&self.organizer)),
            ("organizer", person(&self.organizer)),
            ("start", self.times.start.clone()),
            ("end", self.times.end.clone()),
        ] {
            shown.insert(name.to_owned(), value);
        }
        shown.entry("eventType").or_insert_with(|| json!("default"));
        shown
            .entry("reminders")
            .or_insert_with(|| json!({ "useDefault": true }));
        if let Some(guests) = shown.get_mut("attendees").and_then(Value::as_array_mut) {
            for guest in guests {
                let email = guest
                    .get("email")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_lowercase();
                if email == calendar.account {
                    guest["self"] = json!(true);
                }
                if email == self.organizer {
                    guest["organizer"] = json!(true);
                }
                if guest.get("responseStatus").is_none() {
                    guest["responseStatus"] = json!("needsAction");
                }
            }
        }
        if let Some(meet) = &self.meet {
            shown.insert("conferenceData".to_owned(), meet.resource(base_url));
            if let Some(link) = meet.link(base_url) {
                shown.insert("hangoutLink".to_owned(), json!(link));
            }
        }
        Value::Object(shown)
    }

    /// A cancelled event in a list: only its id is guaranteed (and its place in a series), so only that is shown.
    pub(crate) fn tombstone(&self) -> Value {
        let mut shown = json!({ "kind": "calendar#event", "etag": self.etag(), "id": self.id, "status": "cancelled" });
        for name in ["recurringEventId", "originalStartTime"] {
            if let Some(value) = self.fields.get(name) {
                shown[name] = value.clone();
            }
        }
        shown
    }
}

/// RFC 3339 in UTC with milliseconds, as Google stamps.
fn stamp(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
