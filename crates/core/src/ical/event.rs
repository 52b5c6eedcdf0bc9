//! One event as a file: asked for, called off, or simply published.

use jiff::Timestamp;

use super::content_line::Lines;

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
    /// When it ends.
    pub ends: Timestamp,
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

impl IcsEvent {
    /// The method that the file carries, and that the mail's content type has to repeat: an invitation needs somebody
    /// who invites and somebody who is invited (RFC 5546 3.2.2), without them it is published.
    pub const fn effective_method(&self) -> IcsMethod {
        match self.method {
            IcsMethod::Request if self.organizer.is_none() || self.attendee.is_none() => IcsMethod::Publish,
            method => method,
        }
    }
}

/// The file: UTF-8, times in UTC, lines ended by CRLF and folded at 75 octets.
pub fn render(event: &IcsEvent) -> String {
    let method = event.effective_method();
    let mut lines = Lines::new();
    lines.plain("BEGIN", "VCALENDAR");
    lines.plain("VERSION", "2.0");
    lines.plain("PRODID", "-//TimeTap//TimeTap//EN");
    lines.plain("CALSCALE", "GREGORIAN");
    lines.plain("METHOD", method.as_str());
    lines.plain("BEGIN", "VEVENT");
    lines.text("UID", &event.uid);
    lines.utc("DTSTAMP", event.stamp);
    // RFC 5545 3.3.8 ends integers here.
    lines.plain("SEQUENCE", &event.sequence.min(i32::MAX.unsigned_abs()).to_string());
    lines.utc("DTSTART", event.starts);
    lines.utc("DTEND", event.ends);
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
    lines.plain("END", "VCALENDAR");
    lines.finish()
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
