//! Events as a file: asked for, called off, or simply published.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::content_line::Lines;
use super::time_zone::{write_zone, zone_id};
use crate::orders::first_day;
use crate::span::Span;

text_enum! {
    /// What a file wants of the calendar that reads it (RFC 5546 1.4).
    pub enum IcsMethod: "iCalendar method" {
        /// Invite, or tell of a change.
        Request = "REQUEST",
        /// Call off.
        Cancel = "CANCEL",
        /// Show, without asking for an answer: where somebody else already invites.
        Publish = "PUBLISH",
    }
}

/// What stands in the file. Texts may hold anything: they are made harmless when the file is written.
#[derive(Clone, Debug)]
pub struct IcsEvent {
    /// The same for all versions of the event, for all time and everywhere.
    pub uid: String,
    /// Grows with every change that calendars have to take over.
    pub sequence: u32,
    /// What the file wants. See [`IcsEvent::effective_method`].
    pub method: IcsMethod,
    /// When it starts.
    pub starts: Timestamp,
    /// When it ends; on the last day, where it is on several.
    pub ends: Timestamp,
    /// Where it is on several days in a row.
    pub daily: Option<Daily>,
    /// Its title.
    pub summary: String,
    /// What is to be known of it, in lines.
    pub description: String,
    /// Where it takes place: an address, a meeting link, a number.
    pub location: Option<String>,
    /// A page about it; left out of the file where it is no http or https address.
    pub url: Option<String>,
    /// Name and e-mail address of who invites.
    pub organizer: Option<(String, String)>,
    /// Name and e-mail address of who is invited.
    pub attendee: Option<(String, String)>,
    /// When this version was made.
    pub stamp: Timestamp,
}

/// Several days in a row, at the same wall times.
#[derive(Clone, Debug)]
pub struct Daily {
    /// How many.
    pub days: u16,
    /// By whose clocks.
    pub zone: TimeZone,
}

impl Daily {
    /// The days, where there are several.
    pub fn of(days: u16, zone: &TimeZone) -> Option<Self> {
        (days > 1).then(|| Self {
            days,
            zone: zone.clone(),
        })
    }

    /// How Google and calendar files say it (RFC 5545 3.8.5.3).
    pub fn rule(&self) -> String {
        format!("FREQ=DAILY;COUNT={}", self.days)
    }
}

impl IcsEvent {
    /// From when until when it is on its first day.
    pub fn first_day(&self) -> (Timestamp, Timestamp) {
        match (&self.daily, Span::new(self.starts, self.ends)) {
            (Some(daily), Ok(span)) => {
                let first = first_day(span, daily.days, &daily.zone);
                (first.start, first.end)
            }
            _ => (self.starts, self.ends),
        }
    }

    /// The method that the file carries, and that the mail's content type has to repeat: an invitation needs somebody
    /// who invites and somebody who is invited (RFC 5546 3.2.2), without them it is published.
    pub const fn effective_method(&self) -> IcsMethod {
        match self.method {
            IcsMethod::Request if self.organizer.is_none() || self.attendee.is_none() => IcsMethod::Publish,
            method => method,
        }
    }
}

/// The file of one event: UTF-8, times in UTC, lines ended by CRLF and folded at 75 octets. What is on several days is
/// written by the clocks of its zone.
pub fn render(event: &IcsEvent) -> String {
    render_as(event.effective_method(), std::slice::from_ref(event))
}

/// The file of several events, published: only one at a time can be asked for or called off (RFC 5546 3.2).
pub fn render_all(events: &[IcsEvent]) -> String {
    render_as(IcsMethod::Publish, events)
}

fn render_as(method: IcsMethod, events: &[IcsEvent]) -> String {
    let mut lines = Lines::new();
    lines.plain("BEGIN", "VCALENDAR");
    lines.plain("VERSION", "2.0");
    lines.plain("PRODID", "-//TimeTap//TimeTap//EN");
    lines.plain("CALSCALE", "GREGORIAN");
    lines.plain("METHOD", method.as_str());
    write_zones(&mut lines, events);
    for event in events {
        write_event(&mut lines, method, event);
    }
    lines.plain("END", "VCALENDAR");
    lines.finish()
}

/// Each zone that the file names, once, over all that is in it.
fn write_zones(lines: &mut Lines, events: &[IcsEvent]) {
    let mut zones: BTreeMap<&str, (&TimeZone, Timestamp, Timestamp)> = BTreeMap::new();
    for event in events {
        let Some(daily) = &event.daily else { continue };
        let Some(name) = zone_id(&daily.zone) else { continue };
        zones
            .entry(name)
            .and_modify(|(_, from, until)| (*from, *until) = ((*from).min(event.starts), (*until).max(event.ends)))
            .or_insert((&daily.zone, event.starts, event.ends));
    }
    for (zone, from, until) in zones.into_values() {
        write_zone(lines, zone, from, until);
    }
}

fn write_times(lines: &mut Lines, event: &IcsEvent) {
    let (starts, ends) = event.first_day();
    let local = event
        .daily
        .as_ref()
        .and_then(|daily| Some((daily, zone_id(&daily.zone)?)));
    if let Some((daily, name)) = local {
        lines.local("DTSTART", name, daily.zone.to_datetime(starts));
        lines.local("DTEND", name, daily.zone.to_datetime(ends));
    } else {
        lines.utc("DTSTART", starts);
        lines.utc("DTEND", ends);
    }
    if let Some(daily) = &event.daily {
        lines.plain("RRULE", &daily.rule());
    }
}

fn write_event(lines: &mut Lines, method: IcsMethod, event: &IcsEvent) {
    lines.plain("BEGIN", "VEVENT");
    lines.text("UID", &event.uid);
    lines.utc("DTSTAMP", event.stamp);
    // RFC 5545 3.3.8 ends integers here.
    lines.plain("SEQUENCE", &event.sequence.min(i32::MAX.unsigned_abs()).to_string());
    write_times(lines, event);
    lines.text("SUMMARY", &event.summary);
    if !event.description.is_empty() {
        lines.text("DESCRIPTION", &event.description);
    }
    if let Some(location) = &event.location {
        lines.text("LOCATION", location);
    }
    if let Some(url) = &event.url {
        lines.web_address("URL", url);
    }
    if let Some(organizer) = &event.organizer {
        lines.person("ORGANIZER", "", organizer);
    }
    match (&event.attendee, method) {
        (Some(attendee), IcsMethod::Request) => {
            lines.person(
                "ATTENDEE",
                ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE",
                attendee,
            );
        }
        (Some(attendee), IcsMethod::Cancel) => lines.person("ATTENDEE", "", attendee),
        // RFC 5546 3.2.1: what is published names nobody who attends.
        (_, IcsMethod::Publish) | (None, _) => {}
    }
    lines.plain(
        "STATUS",
        if method == IcsMethod::Cancel {
            "CANCELLED"
        } else {
            "CONFIRMED"
        },
    );
    lines.plain("TRANSP", "OPAQUE");
    lines.plain("END", "VEVENT");
}

#[cfg(test)]
mod tests {
    use icalendar::{Calendar, CalendarComponent, Component, Event, EventLike};
    use proptest::prelude::*;

    use super::*;

    fn sample() -> IcsEvent {
        IcsEvent {
            uid: "0193f0aa@book.example.org".to_owned(),
            sequence: 2,
            method: IcsMethod::Request,
            starts: "2026-11-24T14:00:00Z".parse().unwrap(),
            ends: "2026-11-24T15:00:00Z".parse().unwrap(),
            daily: None,
            summary: "First lesson, with Anna; Lind".to_owned(),
            description: "What: piano\nManage: https://book.example.org/bookings/1".to_owned(),
            location: Some("Calle Mayor 1, Madrid".to_owned()),
            url: Some("https://book.example.org/bookings/1".to_owned()),
            organizer: Some(("Anna Lind".to_owned(), "anna@example.org".to_owned())),
            attendee: Some(("Ben, \"B\"".to_owned(), "ben@example.org".to_owned())),
            stamp: "2026-11-20T10:00:00Z".parse().unwrap(),
        }
    }

    /// Reads a file with a parser that others wrote.
    fn read(file: &str) -> Event {
        let calendar: Calendar = file.parse().unwrap();
        let [CalendarComponent::Event(event)] = &calendar.components[..] else {
            panic!("not exactly one event: {:?}", calendar.components.len());
        };
        event.clone()
    }

    #[test]
    fn an_invitation_to_the_letter() {
        let expected = "BEGIN:VCALENDAR\r\n\
            VERSION:2.0\r\n\
            PRODID:-//TimeTap//TimeTap//EN\r\n\
            CALSCALE:GREGORIAN\r\n\
            METHOD:REQUEST\r\n\
            BEGIN:VEVENT\r\n\
            UID:0193f0aa@book.example.org\r\n\
            DTSTAMP:20261120T100000Z\r\n\
            SEQUENCE:2\r\n\
            DTSTART:20261124T140000Z\r\n\
            DTEND:20261124T150000Z\r\n\
            SUMMARY:First lesson\\, with Anna\\; Lind\r\n\
            DESCRIPTION:What: piano\\nManage: https://book.example.org/bookings/1\r\n\
            LOCATION:Calle Mayor 1\\, Madrid\r\n\
            URL:https://book.example.org/bookings/1\r\n\
            ORGANIZER;CN=\"Anna Lind\":mailto:anna@example.org\r\n\
            ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=\r\n TRUE;CN=\"Ben, 'B'\":mailto:ben@example.org\r\n\
            STATUS:CONFIRMED\r\n\
            TRANSP:OPAQUE\r\n\
            END:VEVENT\r\n\
            END:VCALENDAR\r\n";
        assert_eq!(render(&sample()), expected);
    }

    /// A camp of three days over the night in which Madrid's clocks go back, after which nine o'clock is another instant.
    fn camp() -> IcsEvent {
        IcsEvent {
            uid: "camp@book.example.org".to_owned(),
            starts: "2026-10-24T07:00:00Z".parse().unwrap(),
            ends: "2026-10-26T14:00:00Z".parse().unwrap(),
            daily: Daily::of(3, &TimeZone::get("Europe/Madrid").unwrap()),
            ..sample()
        }
    }

    #[test]
    fn several_days_repeat_by_the_clocks_of_their_zone() {
        let file = render(&camp());
        let expected = "BEGIN:VTIMEZONE\r\n\
            TZID:Europe/Madrid\r\n\
            BEGIN:DAYLIGHT\r\n\
            DTSTART:20260329T020000\r\n\
            TZOFFSETFROM:+0100\r\n\
            TZOFFSETTO:+0200\r\n\
            END:DAYLIGHT\r\n\
            BEGIN:STANDARD\r\n\
            DTSTART:20261025T030000\r\n\
            TZOFFSETFROM:+0200\r\n\
            TZOFFSETTO:+0100\r\n\
            END:STANDARD\r\n\
            END:VTIMEZONE\r\n";
        assert!(file.contains(expected), "{file}");
        let times = "DTSTART;TZID=Europe/Madrid:20261024T090000\r\n\
            DTEND;TZID=Europe/Madrid:20261024T150000\r\n\
            RRULE:FREQ=DAILY;COUNT=3\r\n";
        assert!(file.contains(times), "{file}");
    }

    #[test]
    fn several_events_are_published_together() {
        let file = render_all(&[sample(), camp(), camp()]);
        let calendar: Calendar = file.parse().unwrap();
        let count = |start: &str| file.matches(start).count();
        assert_eq!(
            (count("BEGIN:VEVENT"), count("BEGIN:VTIMEZONE"), count("METHOD:")),
            (3, 1, 1)
        );
        assert!(file.contains("METHOD:PUBLISH\r\n") && !file.contains("ATTENDEE"));
        assert_eq!(calendar.components.len(), 4);
    }

    #[test]
    fn cancelling_keeps_the_identity_and_says_so() {
        let file = render(&IcsEvent {
            method: IcsMethod::Cancel,
            sequence: 3,
            ..sample()
        });
        assert!(file.contains("\r\nMETHOD:CANCEL\r\n") && file.contains("\r\nSTATUS:CANCELLED\r\n"));
        assert!(file.contains("\r\nSEQUENCE:3\r\n") && file.contains("\r\nUID:0193f0aa@book.example.org\r\n"));
        assert!(file.contains("\r\nATTENDEE;CN="));
    }

    #[test]
    fn what_is_published_invites_nobody() {
        let file = render(&IcsEvent {
            method: IcsMethod::Publish,
            ..sample()
        });
        assert!(file.contains("\r\nMETHOD:PUBLISH\r\n") && !file.contains("ATTENDEE"));
        let nobody_invites = IcsEvent {
            organizer: None,
            ..sample()
        };
        assert_eq!(nobody_invites.effective_method(), IcsMethod::Publish);
        assert!(render(&nobody_invites).contains("\r\nMETHOD:PUBLISH\r\n"));
    }

    #[test]
    fn another_parser_reads_what_was_meant() {
        let event = read(&render(&sample()));
        assert_eq!(event.get_summary(), Some("First lesson, with Anna; Lind"));
        assert_eq!(event.get_description(), Some(sample().description.as_str()));
        assert_eq!(event.get_location(), Some("Calle Mayor 1, Madrid"));
        assert_eq!(event.get_uid(), Some("0193f0aa@book.example.org"));
        assert_eq!(event.property_value("DTSTART"), Some("20261124T140000Z"));
    }

    /// Texts out of the pieces that break calendar files.
    fn hostile() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(
            &[
                "\r\n",
                "\r",
                "\n",
                "\0",
                "\u{85}",
                "\u{2028}",
                "\t",
                "BEGIN:VEVENT",
                "END:VEVENT",
                "\r\nATTENDEE:mailto:eve@example.org",
                ";",
                ",",
                ":",
                "\\",
                "\\n",
                "\"",
                "'",
                "^",
                "^n",
                "=",
                "%",
                "?",
                " ",
                "é",
                "漢",
                "👩‍👧",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ][..],
        );
        prop_oneof![
            prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat()),
            any::<String>()
        ]
    }

    proptest! {
        #[test]
        fn no_text_adds_a_line_of_its_own(
            texts in prop::collection::vec(hostile(), 9),
            method in prop::sample::select(IcsMethod::ALL),
            sequence in any::<u32>(),
        ) {
            let text = |n: usize| texts[n].clone();
            let event = IcsEvent {
                uid: format!("u{}", text(0)),
                sequence,
                method,
                summary: text(1),
                description: text(2),
                location: Some(text(3)),
                url: Some(text(4)),
                organizer: Some((text(5), text(6))),
                attendee: Some((text(7), text(8))),
                ..sample()
            };
            let file = render(&event);
            prop_assert!(file.ends_with("\r\n"));
            let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
            prop_assert!(file.split("\r\n").all(|row| row.len() <= 75 && !row.contains(is_break)));
            let unfolded = file.replace("\r\n ", "");
            let names: Vec<&str> = unfolded.lines().map(|line| line.split([':', ';']).next().unwrap()).collect();
            for (name, most) in [("BEGIN", 2), ("END", 2), ("ATTENDEE", 1), ("ORGANIZER", 1), ("METHOD", 1), ("UID", 1), ("URL", 1), ("SUMMARY", 1)] {
                prop_assert!(names.iter().filter(|found| **found == name).count() <= most, "{name} in {unfolded}");
            }
            prop_assert!(names.len() <= 21);
        }

        #[test]
        fn clean_texts_come_back_as_they_were(summary in "[a-zé漢,;:\\\\\"' ]{1,120}", description in "[a-zé漢,;:\\\\\"'\n ]{1,300}") {
            let event = IcsEvent { summary: format!("x{summary}x"), description: format!("x{description}x"), ..sample() };
            let parsed = read(&render(&event));
            prop_assert_eq!(parsed.get_summary(), Some(event.summary.as_str()));
            prop_assert_eq!(parsed.get_description(), Some(event.description.as_str()));
        }
    }
}
