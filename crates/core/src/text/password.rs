//! A new password: long enough, and not among the first that anybody would try.
//! After NIST SP 800-63B 3.1.1.2: length and a list of known bad ones, no rules about kinds of characters.

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use super::{EmailAddress, FieldError, PersonName};

/// The shortest password, in characters.
const MIN: usize = 10;
/// The longest, so that hashing stays cheap.
const MAX: usize = 256;

/// A password fit for a new account. Never printed; wiped from memory when dropped.
#[derive(Clone, Debug)]
pub struct Password(SecretString);

/// The most used passwords of ten characters and more, and stems that people lengthen with digits and signs.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "1q2w3e4r5t", "1qaz2wsx3edc", "abc1234567", "abcd123456", "adminadmin", "administrator", "asdfghjkl", "baseball", "basketball",
    "changeme", "charlie", "computer", "contraseña", "dragon", "football", "iloveyou", "letmein", "liverpool", "master", "michelle",
    "monkey", "motdepasse", "pa55word", "passw0rd", "passwort", "password", "princess", "q1w2e3r4t5", "qazwsxedc", "qwerty",
    "qwertyuiop", "qwertzuiop", "secret", "starwars", "sunshine", "superman", "timetap", "trustno1", "welcome", "whatever",
    "zaq12wsx", "zxcvbnm",
];

impl Password {
    /// Checks a new password by itself.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let secret = normalise_password(text);
        let text = secret.expose_secret();
        let length = text.chars().count();
        if length == 0 {
            return Err(FieldError::new("Please choose a password."));
        }
        if length < MIN {
            return Err(FieldError::new(format!(
                "A password needs at least {MIN} characters. A few words make a good one."
            )));
        }
        if length > MAX {
            return Err(FieldError::new(format!(
                "A password may have at most {MAX} characters."
            )));
        }
        if is_common(text) {
            return Err(FieldError::new(
                "This password is among the first that others would try. Please choose another.",
            ));
        }
        Ok(Self(secret))
    }

    /// Checks a new password of this person: as [`Password::parse`], and not their own name or address.
    pub fn parse_for(text: &str, email: &EmailAddress, name: &PersonName) -> Result<Self, FieldError> {
        let password = Self::parse(text)?;
        let plain = |text: &str| {
            text.to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric())
                .collect::<String>()
        };
        let core = strip_tail(&plain(password.expose())).to_owned();
        let own = [email.as_str(), email.local(), email.domain(), name.as_str()];
        if own.iter().any(|text| {
            [core.clone(), plain(password.expose())].contains(&plain(text)) || core == strip_tail(&plain(text))
        }) {
            return Err(FieldError::new(
                "Please choose a password that is not your name or e-mail address.",
            ));
        }
        Ok(password)
    }

    /// The text, to be hashed and nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// One spelling for what the eye sees as one text (NFC), whatever keyboard it was typed on. A password is normalised so
/// both when it is set and when it is tried; nothing is trimmed.
pub fn normalise_password(text: &str) -> SecretString {
    SecretString::from(text.nfc().collect::<String>())
}

fn is_common(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut distinct: Vec<char> = text.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let core = strip_tail(&text);
    distinct.len() < 4
        || is_run(&text)
        || COMMON
            .iter()
            .any(|common| *common == text || *common == core || text == common.repeat(2))
}

/// Without the digits and signs at its end: "password2026!" is still "password".
fn strip_tail(text: &str) -> &str {
    text.trim_end_matches(|c: char| !c.is_alphabetic())
}

/// Whether every character follows the one before, up or down: "1234567890", "abcdefghij", "9876543210".
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let follows = |step: i64| {
        codes
            .windows(2)
            .all(|w| w[1] - w[0] == step || (w[0], w[1], step) == (57, 48, 1) || (w[0], w[1], step) == (48, 57, -1))
    };
    follows(1) || follows(-1)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("four words in a row")]
    #[case("Tr0ub4dor&3x")]
    #[case("ñandú-ñandú-7")]
    #[case("   leading spaces count")]
    fn good(#[case] text: &str) {
        assert_eq!(Password::parse(text).unwrap().expose(), text);
    }

    #[rstest]
    #[case("", "Please choose a password")]
    #[case("short1234", "at least 10")]
    #[case("1234567890", "first that others would try")]
    #[case("0987654321", "first that others would try")]
    #[case("abcdefghijkl", "first that others would try")]
    #[case("aaaaaaaaaaaa", "first that others would try")]
    #[case("abababababab", "first that others would try")]
    #[case("Password2026!", "first that others would try")]
    #[case("QWERTYUIOP", "first that others would try")]
    #[case("timetap12345", "first that others would try")]
    #[case("dragondragon", "first that others would try")]
    #[case("1q2w3e4r5t", "first that others would try")]
    fn bad(#[case] text: &str, #[case] says: &str) {
        let message = Password::parse(text).unwrap_err().message;
        assert!(message.contains(says), "{message}");
        assert!(
            text.is_empty() || !message.contains(text),
            "a message never repeats the password"
        );
    }

    #[test]
    fn lengths() {
        let long: String = "abcdx".chars().cycle().take(256).collect();
        assert!(Password::parse(&long).is_ok());
        assert!(Password::parse(&format!("{long}y")).is_err());
    }

    #[rstest]
    #[case("anna.lindqvist@example.org")]
    #[case("Anna.Lindqvist")]
    #[case("annalindqvist1")]
    #[case("Anna Lindqvist 2026!")]
    fn not_ones_own_name_or_address(#[case] text: &str) {
        let email = EmailAddress::parse("anna.lindqvist@example.org").unwrap();
        let name = PersonName::parse("Anna Lindqvist").unwrap();
        assert!(
            Password::parse_for(text, &email, &name)
                .unwrap_err()
                .message
                .contains("not your name")
        );
        assert!(Password::parse_for("a grove of olive trees", &email, &name).is_ok());
    }

    #[test]
    fn never_printed_and_one_spelling() {
        let composed = Password::parse("caf\u{e9} au lait").unwrap();
        let decomposed = Password::parse("cafe\u{301} au lait").unwrap();
        assert_eq!(composed.expose(), decomposed.expose());
        assert_eq!(
            normalise_password("cafe\u{301} au lait").expose_secret(),
            composed.expose()
        );
        assert!(!format!("{composed:?}").contains("lait"));
    }
}
