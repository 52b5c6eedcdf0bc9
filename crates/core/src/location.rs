//! Where a session takes place, and what has to be said about it.

use url::Url;

use crate::text::{FieldError, PhoneNumber, parse_block};

text_enum! {
    /// How host and customer meet.
    pub enum LocationKind: "kind of location" {
        /// A Google Meet made with the calendar event.
        GoogleMeet = "google_meet",
        /// A call.
        Phone = "phone",
        /// At an address.
        InPerson = "in_person",
        /// The host's own meeting link.
        Link = "link",
        /// At the address that the customer gives.
        AtCustomer = "at_customer",
    }
}

/// The longest address of a place, in characters.
const MAX_ADDRESS: usize = 300;
/// The longest meeting link, in characters.
const MAX_LINK: usize = 2000;

impl LocationKind {
    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::GoogleMeet => "Google Meet",
            Self::Phone => "Phone call",
            Self::InPerson => "In person",
            Self::Link => "Meeting link",
            Self::AtCustomer => "At the customer’s",
        }
    }

    /// What the host is asked for beside the kind; `None` where nothing is needed.
    pub const fn detail_label(self) -> Option<&'static str> {
        match self {
            Self::GoogleMeet | Self::AtCustomer => None,
            Self::Phone => Some("Number to call (leave empty to call the customer)"),
            Self::InPerson => Some("Address"),
            Self::Link => Some("Link"),
        }
    }

    /// Checks what the host wrote about the place and gives it back as it will be stored.
    ///
    /// A Meet needs nothing, nor does the customer's own place, so anything written there is dropped. A call may name a number; without one the host calls
    /// the customer. An address and a link are required, the link with http or https and no password in it.
    pub fn parse_detail(self, detail: &str) -> Result<Option<String>, FieldError> {
        let detail = detail.trim();
        match self {
            Self::GoogleMeet | Self::AtCustomer => Ok(None),
            Self::Phone if detail.is_empty() => Ok(None),
            Self::Phone => PhoneNumber::parse(detail).map(|number| Some(number.into())),
            Self::InPerson if detail.is_empty() => Err(FieldError::new(
                "Please write the address where you meet, such as “Calle Mayor 1, Madrid”.",
            )),
            Self::InPerson => parse_block("The address", detail, MAX_ADDRESS).map(Some),
            Self::Link => parse_link(detail).map(Some),
        }
    }

    /// Whether the customer has to leave a number, because the host will call it.
    pub const fn needs_customer_phone(self, detail: Option<&str>) -> bool {
        matches!((self, detail), (Self::Phone, None))
    }
}

/// A web address with http or https, as it was typed.
pub fn parse_link(link: &str) -> Result<String, FieldError> {
    let link = link.trim();
    let bad = || FieldError::new("Please give a full web address, such as “https://meet.example.org/anna”.");
    if link.chars().count() > MAX_LINK {
        return Err(FieldError::new(format!(
            "The link is longer than {MAX_LINK} characters; please use a shorter one."
        )));
    }
    // The URL rules would silently drop tabs and line breaks: what we store is what was checked.
    if link
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '`'))
    {
        return Err(bad());
    }
    let url = Url::parse(link).map_err(|_| bad())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(bad());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FieldError::new(
            "The link holds a user name or password. Please use one without: customers will see it.",
        ));
    }
    Ok(link.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(LocationKind::GoogleMeet, "whatever", None)]
    #[case(LocationKind::AtCustomer, "whatever", None)]
    #[case(LocationKind::Phone, "  ", None)]
    #[case(LocationKind::Phone, "+34 600 100 200", Some("+34 600 100 200"))]
    #[case(LocationKind::InPerson, "Calle Mayor 1\r\nMadrid", Some("Calle Mayor 1\nMadrid"))]
    #[case(
        LocationKind::Link,
        " https://example.org/r?x=1#y ",
        Some("https://example.org/r?x=1#y")
    )]
    #[case(LocationKind::Link, "HTTP://EXAMPLE.org", Some("HTTP://EXAMPLE.org"))]
    fn good_details(#[case] kind: LocationKind, #[case] given: &str, #[case] stored: Option<&str>) {
        assert_eq!(kind.parse_detail(given).unwrap().as_deref(), stored);
    }

    #[rstest]
    #[case(LocationKind::Phone, "call me")]
    #[case(LocationKind::InPerson, " ")]
    #[case(LocationKind::InPerson, "a\u{202e}b")]
    #[case(LocationKind::Link, "")]
    #[case(LocationKind::Link, "example.org/x")]
    #[case(LocationKind::Link, "javascript:alert(1)")]
    #[case(LocationKind::Link, "data:text/html,hi")]
    #[case(LocationKind::Link, "ftp://example.org")]
    #[case(LocationKind::Link, "https://")]
    #[case(LocationKind::Link, "https://exa\nmple.org")]
    #[case(LocationKind::Link, "https://example.org/\"onclick=")]
    #[case(LocationKind::Link, "https://anna:secret@example.org")]
    fn bad_details(#[case] kind: LocationKind, #[case] given: &str) {
        let message = kind.parse_detail(given).unwrap_err().message;
        assert!(message.ends_with('.'), "{message}");
    }

    #[test]
    fn a_call_without_a_number_needs_the_customers() {
        assert!(LocationKind::Phone.needs_customer_phone(None));
        assert!(!LocationKind::Phone.needs_customer_phone(Some("+34 600 100 200")));
        assert!(!LocationKind::GoogleMeet.needs_customer_phone(None));
    }

    #[test]
    fn very_long_links_are_refused() {
        let link = format!("https://example.org/{}", "a".repeat(MAX_LINK));
        assert!(parse_link(&link).unwrap_err().message.contains("2000"));
    }
}
