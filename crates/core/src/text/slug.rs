//! The part of a web address that names a host or a service.

use super::newtype::checked_text;
use super::{FieldError, is_reserved, unaccent};

/// 3 to 40 small letters, digits and single dashes within.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

checked_text!(Slug);

const MIN: usize = 3;
const MAX: usize = 40;

/// Words that the program itself answers below a host's page.
const RESERVED_BELOW_HOST: &[&str] = &["api", "book", "calendar", "embed", "feed", "ics", "pkg", "services"];

impl Slug {
    /// A slug for a host's page, directly below the site's root: well formed and not one of the reserved words.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let slug = Self::parse_shape(text)?;
        if is_reserved(&slug.0) {
            return Err(FieldError::new(format!(
                "“{slug}” is kept for TimeTap itself. Please choose another."
            )));
        }
        Ok(slug)
    }

    /// A slug for a service, below its host's page, where fewer words are taken.
    pub fn parse_service(text: &str) -> Result<Self, FieldError> {
        let slug = Self::parse_shape(text)?;
        if RESERVED_BELOW_HOST.contains(&slug.as_str()) {
            return Err(FieldError::new(format!(
                "“{slug}” is kept for TimeTap itself. Please choose another."
            )));
        }
        Ok(slug)
    }

    fn parse_shape(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldError::new("Please choose an address, such as “anna-lind”."));
        }
        if !(MIN..=MAX).contains(&text.chars().count()) {
            return Err(FieldError::new(format!("The address needs {MIN} to {MAX} characters.")));
        }
        let fits = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !fits || text.starts_with('-') || text.ends_with('-') || text.contains("--") {
            return Err(FieldError::new(format!(
                "The address may hold small letters, digits and single dashes within, such as “{}”.",
                Self::suggest(text)
            )));
        }
        Ok(Self(text.to_owned()))
    }

    /// A slug made from a name, always well formed and never reserved. Whether it is still free, the caller looks up;
    /// [`Slug::numbered`] gives the next one to try.
    pub fn suggest(name: &str) -> Self {
        let mut slug = String::with_capacity(MAX);
        // Far more than can matter; a hostile name must not cost time.
        for c in unaccent(&name.chars().take(200).collect::<String>()).chars() {
            if slug.len() >= MAX {
                break;
            }
            match c {
                c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
                '\'' | '’' | '‘' | '`' | '´' | '.' => {}
                _ if slug.is_empty() || slug.ends_with('-') => {}
                _ => slug.push('-'),
            }
        }
        let slug = slug.trim_end_matches('-');
        let plain = Self(if slug.is_empty() {
            "my-page".to_owned()
        } else {
            slug.to_owned()
        });
        if plain.0.len() < MIN || is_reserved(&plain.0) || RESERVED_BELOW_HOST.contains(&plain.as_str()) {
            return Self(format!("{plain}-page"));
        }
        plain
    }

    /// This slug with `-n` at its end, cut where it would be too long.
    #[must_use]
    pub fn numbered(&self, n: u32) -> Self {
        let tail = format!("-{n}");
        let keep = self.0.len().min(MAX - tail.len());
        Self(format!("{}{tail}", self.0[..keep].trim_end_matches('-')))
    }
}

impl<'de> serde::Deserialize<'de> for Slug {
    /// Checks the form only: a stored slug stays readable when a later release reserves its word.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse_shape(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("anna")]
    #[case("a1b")]
    #[case("anna-lind-2")]
    #[case("abcdefghijabcdefghijabcdefghijabcdefghij")]
    fn good(#[case] slug: &str) {
        assert_eq!(Slug::parse(slug).unwrap().as_str(), slug);
    }

    #[rstest]
    #[case("", "such as")]
    #[case("ab", "3 to 40")]
    #[case("abcdefghijabcdefghijabcdefghijabcdefghijk", "3 to 40")]
    #[case("Anna Lind", "such as “anna-lind”")]
    #[case("zoë", "such as “zoe”")]
    #[case("-anna", "such as “anna”")]
    #[case("anna-", "single dashes")]
    #[case("an--na", "such as “an-na”")]
    #[case("anna/..", "small letters")]
    #[case("anna_lind", "such as “anna-lind”")]
    #[case("admin", "kept for TimeTap")]
    #[case("sign-in", "kept for TimeTap")]
    fn bad(#[case] slug: &str, #[case] says: &str) {
        let message = Slug::parse(slug).unwrap_err().message;
        assert!(message.contains(says), "{message}");
    }

    #[test]
    fn below_a_host_only_few_words_are_taken() {
        assert!(Slug::parse_service("demo").is_ok());
        assert!(Slug::parse_service("book").is_err());
        assert!(Slug::parse_service("De mo").is_err());
    }

    #[rstest]
    #[case("Zoë Müller", "zoe-muller")]
    #[case("  Dr. Anna O’Neil (she) ", "dr-anna-oneil-she")]
    #[case("李小龍", "my-page")]
    #[case("", "my-page")]
    #[case("Al", "al-page")]
    #[case("Admin", "admin-page")]
    #[case("book", "book-page")]
    fn suggestions(#[case] name: &str, #[case] slug: &str) {
        assert_eq!(Slug::suggest(name).as_str(), slug);
    }

    #[test]
    fn numbered_fits() {
        assert_eq!(Slug::suggest("anna").numbered(2).as_str(), "anna-2");
        let long = Slug::suggest(&"a".repeat(60)).numbered(u32::MAX);
        assert_eq!(long.as_str().len(), MAX);
        assert!(Slug::parse(long.as_str()).is_ok());
    }

    #[test]
    fn stored_reserved_words_stay_readable() {
        assert_eq!(serde_json::from_str::<Slug>("\"demo\"").unwrap().as_str(), "demo");
        assert!(serde_json::from_str::<Slug>("\"De mo\"").is_err());
    }

    proptest! {
        #[test]
        fn every_suggestion_can_be_taken(name in any::<String>(), n in any::<u32>()) {
            let slug = Slug::suggest(&name);
            prop_assert_eq!(&Slug::parse(slug.as_str()).unwrap(), &slug);
            prop_assert!(Slug::parse_service(slug.as_str()).is_ok());
            prop_assert!(Slug::parse(slug.numbered(n).as_str()).is_ok());
        }
    }
}
