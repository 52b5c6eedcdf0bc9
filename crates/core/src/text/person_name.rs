//! What somebody is called: one text, as people are called in more ways than "first" and "last".

use super::newtype::{checked_text, deserialize_by_parse, hidden_debug};
use super::{FieldError, parse_optional_line};

/// A name of 1 to 120 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

checked_text!(PersonName);
deserialize_by_parse!(PersonName);
hidden_debug!(PersonName);

/// The longest name, in characters.
const MAX: usize = 120;

impl PersonName {
    /// Checks a name: one line, at least one letter or digit of any script, no web address in it.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let name = parse_optional_line("The name", text, MAX)?
            .ok_or_else(|| FieldError::new("Please enter your name, as you would like to be called."))?;
        if !name.chars().any(char::is_alphanumeric) {
            return Err(FieldError::new("A name needs at least one letter."));
        }
        // A name is greeted in mails to other people: it must not carry an advertisement there.
        if name.contains("://") || name.to_lowercase().contains("www.") {
            return Err(FieldError::new("Please enter a name without a web address."));
        }
        Ok(Self(name))
    }

    /// The first word, for a greeting.
    pub fn first(&self) -> &str {
        self.0.split_whitespace().next().unwrap_or(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Anna")]
    #[case("Zoë O'Neil-Müller, Jr.")]
    #[case("李小龍")]
    #[case("محمد")]
    #[case("X Æ A-12")]
    fn names_of_the_world(#[case] name: &str) {
        assert_eq!(PersonName::parse(&format!(" {name} ")).unwrap().as_str(), name);
    }

    #[rstest]
    #[case("")]
    #[case("\u{200b}")]
    #[case("---")]
    #[case("Anna\r\nBcc: x")]
    #[case("Anna\u{202e}")]
    #[case("Win now https://example.org")]
    #[case("see WWW.example.org")]
    fn no_names(#[case] name: &str) {
        assert!(PersonName::parse(name).is_err());
    }

    #[test]
    fn length_first_name_and_silence_in_logs() {
        assert!(PersonName::parse(&"é".repeat(120)).is_ok());
        assert!(PersonName::parse(&"é".repeat(121)).is_err());
        let name = PersonName::parse("Anna Lind").unwrap();
        assert_eq!(name.first(), "Anna");
        assert_eq!(format!("{name:?}"), "PersonName(…)");
    }
}
