//! An e-mail address that mail servers take, kept as its owner spells it.
//! Narrower than RFC 5321 on purpose: no quoted parts, no comments, no address literals.

use std::fmt;

use super::FieldError;
use super::newtype::{checked_text, deserialize_by_parse};

/// A checked e-mail address. Two spellings of one address have the same [`EmailAddress::key`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

checked_text!(EmailAddress);
deserialize_by_parse!(EmailAddress);

impl fmt::Debug for EmailAddress {
    /// Shows the domain only: addresses have no place in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress(…@{})", self.domain())
    }
}

/// RFC 5321 4.5.3.1.3, less the angle brackets.
const MAX_LENGTH: usize = 254;
/// RFC 5321 4.5.3.1.1.
const MAX_LOCAL: usize = 64;

impl EmailAddress {
    /// Checks an address. White space around it is dropped, its spelling kept.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldError::new("Please enter your e-mail address."));
        }
        if text.len() > MAX_LENGTH {
            return Err(FieldError::new(
                "This e-mail address is too long; 254 characters is the most.",
            ));
        }
        let Some((local, domain)) = text.split_once('@') else {
            return Err(FieldError::new(
                "An e-mail address needs an @, such as “anna@example.org”.",
            ));
        };
        if domain.contains('@') {
            return Err(FieldError::new(
                "An e-mail address has only one @. Please enter a single address.",
            ));
        }
        check_local(local)?;
        check_domain(domain)?;
        Ok(Self(text.to_owned()))
    }

    /// The form to compare and to look up by: all small letters, an international domain in its ASCII form.
    pub fn key(&self) -> String {
        let (local, domain) = self.parts();
        let domain = ascii_domain(domain).unwrap_or_else(|| domain.to_lowercase());
        format!("{}@{domain}", local.to_lowercase())
    }

    /// What stands before the @.
    pub fn local(&self) -> &str {
        self.parts().0
    }

    /// What stands after the @.
    pub fn domain(&self) -> &str {
        self.parts().1
    }

    fn parts(&self) -> (&str, &str) {
        self.0.split_once('@').unwrap_or((&self.0, ""))
    }
}

fn check_local(local: &str) -> Result<(), FieldError> {
    if local.is_empty() || local.len() > MAX_LOCAL {
        return Err(FieldError::new(
            "The part before the @ needs 1 to 64 characters. Please check the address.",
        ));
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(FieldError::new(
            "The part before the @ has a dot too many. Please check the address.",
        ));
    }
    // RFC 5322 atext and the dot. Letters beyond ASCII would need servers that most senders cannot reach.
    let fits = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&b);
    if !local.bytes().all(fits) {
        return Err(FieldError::new(
            "The part before the @ may hold letters a–z, digits and signs such as . _ - +, without spaces or quotes.",
        ));
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), FieldError> {
    let bad =
        || FieldError::new("The part after the @ is not a domain, such as “example.org”. Please check the address.");
    let label_fits = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| {
                c == '-' || c.is_ascii_alphanumeric() || (!c.is_ascii() && !c.is_control() && !c.is_whitespace())
            })
    };
    let mut labels = domain.rsplit('.');
    let top = labels.next().unwrap_or_default();
    if !domain.contains('.') || !domain.split('.').all(label_fits) || top.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    let ascii = ascii_domain(domain).ok_or_else(bad)?;
    // RFC 1035 2.3.4 counts the ASCII form.
    if ascii.len() > 253
        || ascii.split('.').any(|label| label.is_empty() || label.len() > 63)
        || ascii.split('.').count() < 2
    {
        return Err(bad());
    }
    Ok(())
}

/// The domain in ASCII (IDNA, as browsers do it) and small letters.
fn ascii_domain(domain: &str) -> Option<String> {
    match url::Host::parse(domain).ok()? {
        url::Host::Domain(ascii) => Some(ascii),
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("anna@example.org", "anna@example.org")]
    #[case("  Anna.Lind+Book@Example.ORG ", "anna.lind+book@example.org")]
    #[case("o'neil_x@a-b.co", "o'neil_x@a-b.co")]
    #[case("post@müller.de", "post@xn--mller-kva.de")]
    #[case("post@MÜLLER.de", "post@xn--mller-kva.de")]
    #[case("post@xn--mller-kva.de", "post@xn--mller-kva.de")]
    #[case("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah")]
    fn good_addresses_and_their_keys(#[case] given: &str, #[case] key: &str) {
        let address = EmailAddress::parse(given).unwrap();
        assert_eq!(address.as_str(), given.trim());
        assert_eq!(address.key(), key);
    }

    #[rstest]
    #[case("")]
    #[case("anna")]
    #[case("@example.org")]
    #[case("anna@")]
    #[case("anna@localhost")]
    #[case("anna@@example.org")]
    #[case("anna@example.org, ben@example.org")]
    #[case("anna@exa mple.org")]
    #[case("an na@example.org")]
    #[case("\"anna\"@example.org")]
    #[case("Anna <anna@example.org>")]
    #[case("anna@example.org\r\nBcc: all@example.org")]
    #[case("anna\0@example.org")]
    #[case("anna@[127.0.0.1]")]
    #[case("anna@127.0.0.1")]
    #[case("anna@0x7f.1")]
    #[case("anna@example..org")]
    #[case("anna@.example.org")]
    #[case("anna@example.org.")]
    #[case("anna@-example.org")]
    #[case("anna@exam_ple.org")]
    #[case("anna@example.123")]
    #[case(".anna@example.org")]
    #[case("anna.@example.org")]
    #[case("an..na@example.org")]
    #[case("änna@example.org")]
    #[case("anna@a\u{202e}b.org")]
    #[case("anna@a\u{2028}b.org")]
    fn bad_addresses_get_a_sentence(#[case] given: &str) {
        assert!(
            EmailAddress::parse(given).unwrap_err().message.ends_with(['.', '”']),
            "{given:?}"
        );
    }

    #[test]
    fn lengths_end_where_the_rfc_says() {
        assert!(EmailAddress::parse(&format!("{}@example.org", "a".repeat(64))).is_ok());
        assert!(EmailAddress::parse(&format!("{}@example.org", "a".repeat(65))).is_err());
        let label = "b".repeat(63);
        assert!(EmailAddress::parse(&format!("a@{label}.org")).is_ok());
        assert!(EmailAddress::parse(&format!("a@{label}b.org")).is_err());
        assert!(EmailAddress::parse(&format!("aaaaaaaaaaaaa@{label}.{label}.{label}.{}.org", "c".repeat(44))).is_ok());
        assert!(EmailAddress::parse(&format!("aaaaaaaaaaaaa@{label}.{label}.{label}.{}.org", "c".repeat(45))).is_err());
    }

    #[test]
    fn debug_and_json() {
        let address = EmailAddress::parse("Anna@example.org").unwrap();
        assert_eq!(format!("{address:?}"), "EmailAddress(…@example.org)");
        assert_eq!(serde_json::to_string(&address).unwrap(), "\"Anna@example.org\"");
        assert!(serde_json::from_str::<EmailAddress>("\"Anna@\"").is_err());
        assert_eq!((address.local(), address.domain()), ("Anna", "example.org"));
    }

    proptest! {
        #[test]
        fn nothing_accepted_can_break_a_header(text in "[ -~\\r\\n\\t@.äé\u{202e}\u{3000}-]{0,40}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(!address.as_str().contains(|c: char| c.is_control() || c.is_whitespace() || "<>\",;:\\()[]".contains(c)));
                prop_assert_eq!(EmailAddress::parse(&address.key()).unwrap().key(), address.key());
            }
        }
    }
}
