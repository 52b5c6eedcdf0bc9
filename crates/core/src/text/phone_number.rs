//! A telephone number as people write it, with enough digits to be one.

use super::FieldError;
use super::newtype::{checked_text, deserialize_by_parse, hidden_debug};

/// A checked number, as it was typed but for odd kinds of spaces.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

checked_text!(PhoneNumber);
deserialize_by_parse!(PhoneNumber);
hidden_debug!(PhoneNumber);

/// ITU-T E.164 allows 15 digits; the shortest national numbers that make sense to leave have 6.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=15;
/// The longest spelling, in characters.
const MAX: usize = 32;

impl PhoneNumber {
    /// Checks a number: digits with spaces, `( ) - .` between, a `+` only at its beginning.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text: String = text
            .trim()
            .chars()
            .map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c })
            .collect();
        let bad = || FieldError::new("Please enter a phone number with country code, such as “+34 600 100 200”.");
        let rest = text.strip_prefix('+').unwrap_or(&text);
        if text.chars().count() > MAX || !rest.chars().all(|c| c.is_ascii_digit() || " ()-.".contains(c)) {
            return Err(bad());
        }
        if !DIGITS.contains(&rest.chars().filter(char::is_ascii_digit).count()) {
            return Err(FieldError::new("A phone number has 6 to 15 digits. Please check it."));
        }
        Ok(Self(text))
    }

    /// Digits and the leading `+` alone, as a `tel:` link takes it.
    pub fn dialable(&self) -> String {
        self.0.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("+34 600 100 200", "+34600100200")]
    #[case("(0211) 123-45.67", "02111234567")]
    #[case("+1\u{a0}212\u{202f}5550100", "+12125550100")]
    #[case("123456", "123456")]
    fn good_numbers(#[case] given: &str, #[case] dialable: &str) {
        assert_eq!(PhoneNumber::parse(given).unwrap().dialable(), dialable);
    }

    #[rstest]
    #[case("")]
    #[case("12345")]
    #[case("1234567890123456")]
    #[case("600+100200")]
    #[case("++34600100200")]
    #[case("+34 600 100 200 ext 5")]
    #[case("600100\n200")]
    #[case("٦٠٠١٠٠٢٠٠")]
    #[case("1 2 3 4 5 6 7 8 9              0 1")]
    fn bad_numbers(#[case] given: &str) {
        assert!(PhoneNumber::parse(given).is_err(), "{given:?}");
    }

    #[test]
    fn silent_in_logs() {
        assert_eq!(
            format!("{:?}", PhoneNumber::parse("+34 600 100 200").unwrap()),
            "PhoneNumber(…)"
        );
    }
}
