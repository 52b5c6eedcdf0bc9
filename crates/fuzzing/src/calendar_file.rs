//! An appointment whose texts are anything: its file is one event that a parser of others reads.

use icalendar::{Calendar, CalendarComponent, Component};
use jiff::Timestamp;
use timetap_core::ical::{IcsEvent, IcsMethod, google_link, outlook_link, render};

/// Bytes divided at 0xff into the texts of an event.
pub fn calendar_file(data: &[u8]) {
    let mut texts = data
        .split(|byte| *byte == 0xff)
        .map(|part| String::from_utf8_lossy(part).into_owned());
    let mut text = || texts.next().unwrap_or_default();
    let second = i64::from(data.first().copied().unwrap_or_default()) * 86_400_000;
    let event = IcsEvent {
        uid: text(),
        sequence: u32::try_from(data.len()).unwrap_or(u32::MAX),
        method: [IcsMethod::Request, IcsMethod::Cancel, IcsMethod::Publish][data.len() % 3],
        starts: Timestamp::from_millisecond(second).unwrap(),
        ends: Timestamp::from_millisecond(second + 3_600_000).unwrap(),
        daily: None,
        summary: text(),
        description: text(),
        location: Some(text()),
        url: Some(text()),
        organizer: Some((text(), text())),
        attendee: Some((text(), text())),
        stamp: Timestamp::UNIX_EPOCH,
    };
    check_file(&render(&event));
    for link in [google_link(&event), outlook_link(&event)] {
        assert!(
            link.starts_with("https://") && link.is_ascii() && !link.contains([' ', '<', '>', '"']),
            "{link:?}"
        );
    }
}

fn check_file(file: &str) {
    let lines: Vec<&str> = file.split("\r\n").collect();
    for line in &lines {
        assert!(line.len() <= 75, "{line:?}");
        assert!(
            !line.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')),
            "{line:?}"
        );
    }
    let count = |wanted: &str| lines.iter().filter(|line| **line == wanted).count();
    for part in ["VCALENDAR", "VEVENT"] {
        assert_eq!(
            (count(&format!("BEGIN:{part}")), count(&format!("END:{part}"))),
            (1, 1),
            "{file}"
        );
    }
    let starts = |wanted: &str| lines.iter().filter(|line| line.starts_with(wanted)).count();
    assert!(
        starts("DTSTART") == 1 && starts("ATTENDEE") <= 1 && starts("ORGANIZER") == 1,
        "{file}"
    );
    let parsed: Calendar = file.parse().unwrap();
    let [CalendarComponent::Event(event)] = parsed.components.as_slice() else {
        panic!("one event: {file}")
    };
    assert!(event.property_value("DTSTART").is_some(), "{file}");
}
