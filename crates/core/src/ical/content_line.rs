//! Lines of an iCalendar file (RFC 5545 3.1): every value made harmless for its kind, folded at 75 octets.

use data_encoding::HEXUPPER;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use url::Url;

/// The most octets of one line, its line end not counted.
const MAX_OCTETS: usize = 75;

/// A file under construction.
pub(super) struct Lines(String);

impl Lines {
    pub(super) fn new() -> Self {
        Self(String::with_capacity(1024))
    }

    /// A line whose value is known to be plain.
    pub(super) fn plain(&mut self, name: &str, value: &str) {
        self.push(&format!("{name}:{value}"));
    }

    /// A line of TEXT (3.3.11).
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.push(&format!("{name}:{}", escape_text(value)));
    }

    /// A line of DATE-TIME in UTC (3.3.5), by the second.
    pub(super) fn utc(&mut self, name: &str, at: Timestamp) {
        self.push(&format!("{name}:{}", utc_basic(at)));
    }

    /// A line of DATE-TIME by the clocks of the zone of this name (3.3.5, 3.2.19), by the second.
    pub(super) fn local(&mut self, name: &str, zone: &str, at: DateTime) {
        self.push(&format!("{name};TZID={zone}:{}", local_basic(at)));
    }

    /// A line of URI (3.3.13); left out where `value` is no web address.
    pub(super) fn web_address(&mut self, name: &str, value: &str) {
        if let Ok(url) = Url::parse(value.trim())
            && matches!(url.scheme(), "http" | "https")
        {
            self.push(&format!("{name}:{url}"));
        }
    }

    /// A line of CAL-ADDRESS (3.3.3) with a common name; `parameters` are plain and begin with a semicolon.
    pub(super) fn person(&mut self, name: &str, parameters: &str, (common_name, email): &(String, String)) {
        let common_name = quote_parameter(common_name);
        self.push(&format!(
            "{name}{parameters};CN={common_name}:mailto:{}",
            mailto_path(email)
        ));
    }

    /// The file.
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Adds a line, folded: after 75 octets, never within a character, each continuation led by one space.
    fn push(&mut self, line: &str) {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > MAX_OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(c);
            octets += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// `20261124T140000Z`.
pub(super) fn utc_basic(at: Timestamp) -> String {
    format!("{}Z", local_basic(TimeZone::UTC.to_datetime(at)))
}

/// `20261124T140000`.
pub(super) fn local_basic(at: DateTime) -> String {
    let (year, month, day) = (at.year().clamp(0, 9999), at.month(), at.day());
    format!(
        "{year:04}{month:02}{day:02}T{:02}{:02}{:02}",
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// Backslash, comma and semicolon escaped, line ends of every kind as `\n`, other control characters left out.
fn escape_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\r' => {
                let _ = characters.next_if_eq(&'\n');
                escaped.push_str("\\n");
            }
            // Readers that split by Unicode's rules take the last two for line ends.
            '\n' | '\u{2028}' | '\u{2029}' => escaped.push_str("\\n"),
            '\t' => escaped.push(' '),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A parameter's value in quotes (3.2). Nothing can stand for a quote or a line end there, so they give way.
fn quote_parameter(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars() {
        match c {
            '"' => quoted.push('\''),
            '\u{2028}' | '\u{2029}' => quoted.push(' '),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// An address as a `mailto:` URI takes it (RFC 6068 2): what has a meaning there or may not stand there, by its octets.
fn mailto_path(email: &str) -> String {
    let mut path = String::with_capacity(email.len());
    for octet in email.trim().bytes() {
        if octet.is_ascii_alphanumeric() || b"@.-_~+!$'*".contains(&octet) {
            path.push(char::from(octet));
        } else {
            path.push('%');
            path.push_str(&HEXUPPER.encode(&[octet]));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_fold_at_75_octets_between_characters() {
        let mut lines = Lines::new();
        lines.text("SUMMARY", &"aé漢👩".repeat(30));
        let file = lines.finish();
        let rows: Vec<&str> = file.trim_end().split("\r\n").collect();
        assert!(rows.len() > 3);
        assert!(rows.iter().all(|row| row.len() <= 75));
        assert!(
            rows[..rows.len() - 1].iter().all(|row| row.len() > 70),
            "and not earlier than needed"
        );
        assert_eq!(
            file.replace("\r\n ", ""),
            format!("SUMMARY:{}\r\n", "aé漢👩".repeat(30))
        );
        let mut exact = Lines::new();
        exact.plain("X", &"a".repeat(73));
        assert_eq!(exact.finish(), format!("X:{}\r\n", "a".repeat(73)));
    }

    #[test]
    fn values_are_made_harmless() {
        assert_eq!(escape_text("a\\b,c;d:e\"f"), "a\\\\b\\,c\\;d:e\"f");
        assert_eq!(
            escape_text("a\r\nb\rc\nd\u{2028}e\0\u{1b}\u{85}f\tg"),
            "a\\nb\\nc\\nd\\nef g"
        );
        assert_eq!(
            quote_parameter("Anna \"A\" Lind;X=1:y\r\nBEGIN"),
            "\"Anna 'A' Lind;X=1:y  BEGIN\""
        );
        assert_eq!(mailto_path("o'neil+x@example.org"), "o'neil+x@example.org");
        assert_eq!(
            mailto_path("a?b=c&d%@example.org\r\nX:y"),
            "a%3Fb%3Dc%26d%25@example.org%0D%0AX%3Ay"
        );
        assert_eq!(mailto_path("a@müller.de"), "a@m%C3%BCller.de");
    }

    #[test]
    fn only_web_addresses_become_links() {
        let mut lines = Lines::new();
        lines.web_address("URL", "javascript:alert(1)");
        lines.web_address("URL", "not a link");
        assert_eq!(Lines::new().finish(), lines.finish());
        let mut lines = Lines::new();
        lines.web_address("URL", "https://example.org/a\r\nX:1?b=c d");
        assert_eq!(lines.finish(), "URL:https://example.org/aX:1?b=c%20d\r\n");
    }

    #[test]
    fn utc_by_the_second() {
        assert_eq!(
            utc_basic("2026-11-24T14:00:00.999Z".parse().unwrap()),
            "20261124T140000Z"
        );
        assert_eq!(utc_basic(Timestamp::MIN).len(), 16);
    }
}
