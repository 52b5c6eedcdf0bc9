//! Into calendar files: one event, of the properties that it is meant to have.

use icalendar::{Calendar, CalendarComponent, Component};

/// The names and values of an iCalendar file, unfolded by hand, after its lines were looked at (RFC 5545 3.1).
pub fn read_lines(file: &str) -> Vec<(String, String)> {
    assert!(file.ends_with("\r\n"));
    let lines: Vec<&str> = file.trim_end_matches("\r\n").split("\r\n").collect();
    for line in &lines {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(
            !line.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')),
            "{line:?}"
        );
    }
    let mut unfolded: Vec<String> = Vec::new();
    for line in lines {
        match line.strip_prefix(' ') {
            Some(more) => unfolded.last_mut().unwrap().push_str(more),
            None => unfolded.push(line.to_owned()),
        }
    }
    unfolded
        .into_iter()
        .map(|line| {
            let end = line
                .find([':', ';'])
                .unwrap_or_else(|| panic!("{line} is no content line"));
            (line[..end].to_owned(), line[end + 1..].to_owned())
        })
        .collect()
}

/// Undoes the escapes of a text (RFC 5545 3.3.11).
pub fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, c == '\\') {
            (_, true) => match characters.next().unwrap() {
                'n' | 'N' => plain.push('\n'),
                other => plain.push(other),
            },
            (c, false) => plain.push(c),
        }
    }
    plain
}

/// One event, of the properties that it is meant to have, which another's parser reads the same way.
pub fn check_ics(file: &str, title: &str) {
    let lines = read_lines(file);
    let names: Vec<&str> = lines.iter().map(|(name, _)| name.as_str()).collect();
    let known = [
        "BEGIN",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "METHOD",
        "UID",
        "DTSTAMP",
        "SEQUENCE",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "URL",
        "ORGANIZER",
        "ATTENDEE",
        "STATUS",
        "TRANSP",
        "END",
    ];
    for name in &names {
        let most = if ["BEGIN", "END"].contains(name) { 2 } else { 1 };
        let times = names.iter().filter(|other| other == &name).count();
        assert!(
            known.contains(name) && times <= most,
            "{name} stands there {times} times: {file}"
        );
    }
    assert_eq!(
        lines
            .iter()
            .filter(|line| *line == &("BEGIN".into(), "VEVENT".into()))
            .count(),
        1
    );
    let value = |name: &str| {
        lines
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(unescape(value("SUMMARY").unwrap()), title);
    for person in ["ORGANIZER", "ATTENDEE"] {
        let addresses = value(person).map(|value| value.matches("mailto:").count());
        assert!(addresses.is_none_or(|number| number == 1), "{file}");
    }
    let parsed: Calendar = file.parse().unwrap();
    let [CalendarComponent::Event(event)] = parsed.components.as_slice() else {
        panic!("one event: {file}")
    };
    assert_eq!(event.get_summary(), Some(title));
    // All of it, not the title alone: nothing that was typed moves it, ends it later, or speaks for somebody else.
    for name in ["DESCRIPTION", "LOCATION"] {
        let (theirs, ours) = (event.property_value(name), value(name).map(unescape));
        assert_eq!(theirs, ours.as_deref(), "{name}: {file}");
    }
    for name in [
        "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "URL", "STATUS", "TRANSP",
    ] {
        assert_eq!(event.property_value(name), value(name), "{name}: {file}");
    }
    for name in ["ORGANIZER", "ATTENDEE"] {
        let address = |value: &str| value.rsplit_once("mailto:").map(|(_, address)| address.to_owned());
        let theirs = event
            .properties()
            .get(name)
            .or_else(|| event.multi_properties().get(name)?.first());
        let theirs = theirs.and_then(|property| address(property.value()));
        assert_eq!(theirs, value(name).and_then(address), "{name}: {file}");
    }
}
