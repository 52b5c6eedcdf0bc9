//! Events of ours in a calendar, of bookings that this database does not know: as after an older backup was put back.
//!
//! They are never removed by themselves. Somebody booked that time and has our confirmation of it, and the event may be the
//! only trace of that which is left; only the host can know what is to become of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use timetap_providers::google::calendar::RemoteEvent;

/// The most that are kept of one connection; all stand in the log.
const MOST: usize = 100;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownEvent {
    /// Its title, as it stands there.
    pub title: String,
    /// When it begins, where it has an hour.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub starts: Option<Timestamp>,
    /// When it ends.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub ends: Option<Timestamp>,
    /// Where it is opened in the browser.
    pub link: Option<String>,
}

impl UnknownEvent {
    pub(super) fn of(event: &RemoteEvent) -> Self {
        Self {
            title: event.summary.clone().unwrap_or_default(),
            starts: event.starts,
            ends: event.ends,
            link: event.html_link.clone().filter(|link| link.starts_with("https://")),
        }
    }

    /// What the row of a connection says, of what is not over by `now`; the earliest first.
    pub fn read(kept: Option<&Value>, now: Timestamp) -> Vec<Self> {
        let mut events: Vec<Self> = kept
            .and_then(|kept| serde_json::from_value(kept.clone()).ok())
            .unwrap_or_default();
        events.retain(|event| event.ends.is_none_or(|ends| ends > now));
        events.sort_by_key(|event| event.starts);
        events
    }

    /// What the row is to say; nothing where there are none.
    pub(super) fn keep(events: &[Self]) -> Option<Value> {
        let kept = &events[..events.len().min(MOST)];
        (!kept.is_empty()).then(|| serde_json::to_value(kept).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(title: &str, starts: i64) -> UnknownEvent {
        let at = |millis| Timestamp::from_millisecond(millis).ok();
        UnknownEvent {
            title: title.to_owned(),
            starts: at(starts),
            ends: at(starts + 10),
            link: None,
        }
    }

    #[test]
    fn what_is_kept_is_read_until_it_is_over() {
        let kept = UnknownEvent::keep(&[event("later", 50), event("over", 0), event("soon", 20)]);
        let now = Timestamp::from_millisecond(10).unwrap();
        let titles: Vec<String> = UnknownEvent::read(kept.as_ref(), now)
            .into_iter()
            .map(|event| event.title)
            .collect();
        assert_eq!(titles, ["soon", "later"]);
        assert_eq!(UnknownEvent::keep(&[]), None);
        assert!(UnknownEvent::read(None, now).is_empty());
        assert!(UnknownEvent::read(Some(&serde_json::json!({"of": "another version"})), now).is_empty());
    }
}
