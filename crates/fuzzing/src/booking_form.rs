//! The form of a booking: what is accepted is clean, and stays the same when it is read again.

use timetap_core::questions::{Question, QuestionKind, validate_answers};
use timetap_core::text::{EmailAddress, PersonName, PhoneNumber, Slug, ZoneName, parse_block, parse_line};

/// `application/x-www-form-urlencoded` bytes, read as the pages read them.
pub fn booking_form(data: &[u8]) {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(data).unwrap_or_default();
    let questions = [QuestionKind::Line, QuestionKind::Block, QuestionKind::Checkbox];
    let questions: Vec<Question> = (1..)
        .zip(questions)
        .map(|(number, kind)| Question {
            id: format!("q{number}"),
            label: "Why".to_owned(),
            kind,
            required: number == 1,
        })
        .collect();
    let given = |id: &str| {
        fields
            .iter()
            .find(|(name, _)| name == id)
            .map(|(_, value)| value.clone())
    };
    if let Ok(answers) = validate_answers(&questions, &given) {
        assert!(answers.iter().all(|answer| is_clean(&answer.value)), "{answers:?}");
    }
    for (name, value) in &fields {
        check_field(value);
        if name == "time_zone" {
            check_zone(value);
        }
    }
}

fn check_field(value: &str) {
    if let Ok(name) = PersonName::parse(value) {
        assert!(is_line(name.as_str()), "{value:?}");
        assert!(
            PersonName::parse(name.as_str()).is_ok_and(|again| again == name),
            "{value:?}"
        );
    }
    if let Ok(address) = EmailAddress::parse(value) {
        let text = address.as_str();
        assert!(is_line(text) && text.matches('@').count() == 1, "{value:?}");
        assert!(!text.contains([' ', ',', ';', '<', '>', '"']), "{value:?}");
        assert!(
            EmailAddress::parse(text).is_ok_and(|again| again == address),
            "{value:?}"
        );
    }
    if let Ok(number) = PhoneNumber::parse(value) {
        assert!(is_line(number.as_str()), "{value:?}");
    }
    if let Ok(slug) = Slug::parse(value) {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(slug.as_str().bytes().all(plain), "{value:?}");
    }
    if let Ok(line) = parse_line("The line", value, 300) {
        assert!(is_line(&line), "{value:?}");
    }
    if let Ok(block) = parse_block("The text", value, 4000) {
        assert!(is_clean(&block), "{value:?}");
    }
}

/// Apart from the others, for it looks through all zones for one that may have been meant.
fn check_zone(value: &str) {
    match ZoneName::parse(value) {
        Ok(zone) => assert!(
            is_line(zone.as_str()) && ZoneName::parse(zone.as_str()).is_ok_and(|again| again == zone),
            "{value:?}"
        ),
        Err(refusal) => assert!(is_line(&refusal.to_string()), "{value:?}"),
    }
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.contains(['\n', '\t']) && is_clean(text)
}

fn is_clean(text: &str) -> bool {
    !text.contains(|c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202e}')
    })
}
