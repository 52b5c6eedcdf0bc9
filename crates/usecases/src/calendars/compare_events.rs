//! What follows from the events that were found for one write. Pure: it decides, [`super::reconcile_calendar`] acts.

use timetap_providers::google::calendar::RemoteEvent;
use timetap_store::entities::calendar_write;

use crate::calendars::marks::marked_generation;

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// It is one too many. The guest is told only where the booking itself is off.
    Delete {
        /// The event.
        event: &'a RemoteEvent,
        /// Whether the guest is told.
        tell: bool,
    },
    /// It is the write's own, and the write does not know.
    Adopt(&'a RemoteEvent),
    /// Several events stand under the write's own id.
    Twins,
}

/// Compares `write` with the living events of its mark in `calendar`, each listed once.
///
/// - The event whose id is noted stays; all others of the same write are too many.
/// - Where the noted one is not there, or none is noted, the newest one is taken for it.
/// - The event of a booking that is off, and was removed as far as we know, is too many.
/// - A write that is on its way, or waits for its owner, is left to its own job.
pub(super) fn compare<'a>(write: &calendar_write::Model, here: &[&'a RemoteEvent], calendar: &str) -> Vec<Step<'a>> {
    if !write.desired_present {
        let over = write.state == "removed";
        return here
            .iter()
            .filter(|_| over)
            .map(|event| Step::Delete { event, tell: true })
            .collect();
    }
    let noted = write.remote_event_id.as_deref();
    let unnoted = noted.is_none() && matches!(write.state.as_str(), "pending" | "skipped" | "failed");
    if !unnoted && !matches!(write.state.as_str(), "written" | "failed") {
        return Vec::new();
    }
    let elsewhere = write
        .calendar_id
        .as_deref()
        .is_some_and(|noted_in| noted_in != calendar)
        && noted.is_some();
    let (standing, mut others): (Vec<&RemoteEvent>, Vec<&RemoteEvent>) = here
        .iter()
        .copied()
        .partition(|event| !elsewhere && noted == Some(event.id.as_str()));
    let mut last = (standing.len() > 1).then_some(Step::Twins);
    if standing.is_empty() && !elsewhere {
        others.sort_by_key(|event| (marked_generation(event), event.updated));
        last = others.pop().map(Step::Adopt);
    }
    // What was never confirmed elsewhere may be the only one there is.
    others.retain(|_| !elsewhere || write.state == "written");
    let deletions = others.into_iter().map(|event| Step::Delete { event, tell: false });
    // What changes the write comes last.
    deletions.chain(last).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use timetap_providers::google::calendar::Conference;
    use timetap_store::UnixMillis;
    use uuid::Uuid;

    use super::*;

    fn event(id: &str, generation: &str) -> RemoteEvent {
        RemoteEvent {
            id: id.to_owned(),
            etag: String::new(),
            status: "confirmed".to_owned(),
            html_link: None,
            summary: None,
            description: None,
            location: None,
            starts: None,
            ends: None,
            all_day: None,
            transparent: false,
            declined: false,
            recurring_event_id: None,
            original_start: None,
            attendees: Vec::new(),
            private: BTreeMap::from([("timetap_generation".to_owned(), generation.to_owned())]),
            conference: Conference::None,
            updated: None,
        }
    }

    fn write(state: &str, present: bool, noted: Option<&str>) -> calendar_write::Model {
        calendar_write::Model {
            id: Uuid::nil(),
            appointment_id: Uuid::nil(),
            user_id: Uuid::nil(),
            provider: "google".to_owned(),
            role: "staff".to_owned(),
            connection_id: None,
            calendar_id: noted.map(|_| "home".to_owned()),
            generation: 1,
            remote_event_id: noted.map(str::to_owned),
            etag: None,
            html_link: None,
            conference_state: "ready".to_owned(),
            conference_attempt: 0,
            conference_asked_at: None,
            desired_present: present,
            desired_version: 1,
            written_version: None,
            state: state.to_owned(),
            attempts: 0,
            last_error_code: None,
            last_error: None,
            next_attempt_at: None,
            created_at: UnixMillis(0),
            updated_at: UnixMillis(0),
        }
    }

    /// The steps in short: `-a` deletes, `-a!` deletes and tells, `+a` adopts, `=` are twins.
    fn steps(write: &calendar_write::Model, here: &[&str]) -> String {
        let events: Vec<_> = here
            .iter()
            .map(|text| text.split_once('/').unwrap_or((text, "1")))
            .map(|(id, generation)| event(id, generation))
            .collect();
        let events: Vec<_> = events.iter().collect();
        let say = |step: Step<'_>| match step {
            Step::Delete { event, tell: true } => format!("-{}!", event.id),
            Step::Delete { event, tell: false } => format!("-{}", event.id),
            Step::Adopt(event) => format!("+{}", event.id),
            Step::Twins => "=".to_owned(),
        };
        compare(write, &events, "home")
            .into_iter()
            .map(say)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn the_noted_event_stays_and_others_go() {
        let row = write("written", true, Some("a"));
        assert_eq!(steps(&row, &["a"]), "");
        assert_eq!(steps(&row, &["b", "a", "c"]), "-b -c");
        assert_eq!(steps(&row, &["a", "b", "a"]), "-b =");
        assert_eq!(steps(&row, &[]), "");
    }

    #[test]
    fn the_newest_is_taken_where_none_is_noted_or_the_noted_one_is_gone() {
        assert_eq!(steps(&write("written", true, Some("a")), &["b/2", "c/3"]), "-b +c");
        assert_eq!(steps(&write("skipped", true, None), &["b"]), "+b");
        assert_eq!(steps(&write("pending", true, None), &["b"]), "+b");
    }

    #[test]
    fn one_that_stands_in_another_calendar_has_no_second_one_here() {
        let mut row = write("written", true, Some("a"));
        row.calendar_id = Some("work".to_owned());
        assert_eq!(steps(&row, &["a", "b"]), "-a -b");
        row.state = "failed".to_owned();
        assert_eq!(steps(&row, &["a"]), "");
    }

    #[test]
    fn a_booking_that_is_off_has_no_event() {
        assert_eq!(steps(&write("removed", false, None), &["a", "b"]), "-a! -b!");
        assert_eq!(
            steps(&write("pending", false, Some("a")), &["a"]),
            "",
            "its own job is at it"
        );
        assert_eq!(steps(&write("pending", true, Some("a")), &["a", "b"]), "");
        assert_eq!(steps(&write("needs_reconnect", true, Some("a")), &["b"]), "");
    }
}
