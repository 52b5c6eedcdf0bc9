//! What a customer types to book, and what is made of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use timetap_core::questions::{Answer, validate_answers};
use timetap_core::text::{EmailAddress, PersonName, PhoneNumber, ZoneName};

use super::find_offering::Offering;
use crate::platform::field_errors::FieldErrors;

/// The booking form as it was sent. Fields of the same name get the complaints; questions are `answer-{id}`.
#[derive(Clone, Debug, Default)]
pub struct BookingForm {
    /// The host's public address.
    pub host_slug: String,
    /// The service's address.
    pub service_slug: String,
    /// When to start: epoch milliseconds or an RFC 3339 instant.
    pub start: String,
    /// The customer's name.
    pub name: String,
    /// The customer's e-mail address.
    pub email: String,
    /// The customer's number; required only where the host will call.
    pub phone: String,
    /// The customer's time zone.
    pub time_zone: String,
    /// What was typed, by the question's id.
    pub answers: BTreeMap<String, String>,
    /// A random text that the form carries: the same form sent twice books once.
    pub idempotency_key: String,
}

/// The form, understood.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) start: Timestamp,
    pub(super) name: PersonName,
    pub(super) email: EmailAddress,
    pub(super) phone: Option<PhoneNumber>,
    pub(super) zone: ZoneName,
    pub(super) answers: Vec<Answer>,
}

impl BookingForm {
    /// All complaints at once, or what the customer wants.
    pub(super) fn parse(&self, offering: &Offering) -> Result<Order, FieldErrors> {
        let mut errors = FieldErrors::new();
        let start = parse_start(&self.start);
        if start.is_none() {
            errors.add("start", "Please choose a time.");
        }
        let name = errors.take("name", PersonName::parse(&self.name));
        let email = errors.take("email", EmailAddress::parse(&self.email));
        let phone = if self.phone.trim().is_empty() {
            if offering.needs_phone() {
                errors.add(
                    "phone",
                    format!("Please leave a number: {} will call you.", offering.host.display_name),
                );
            }
            None
        } else {
            errors.take("phone", PhoneNumber::parse(&self.phone))
        };
        let zone = errors.take("time_zone", ZoneName::parse(&self.time_zone));
        let answers = match validate_answers(&offering.questions, &|id| self.answers.get(id).cloned()) {
            Ok(answers) => Some(answers),
            Err(complaints) => {
                for (id, complaint) in complaints {
                    errors.add(&format!("answer-{id}"), complaint.message);
                }
                None
            }
        };
        match (start, name, email, zone, answers) {
            (Some(start), Some(name), Some(email), Some(zone), Some(answers)) if errors.is_empty() => Ok(Order {
                start,
                name,
                email,
                phone,
                zone,
                answers,
            }),
            _ => Err(errors),
        }
    }
}

/// An instant in whole milliseconds, from epoch milliseconds or RFC 3339.
pub(super) fn parse_start(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let at = match text.parse::<i64>() {
        Ok(millis) => Timestamp::from_millisecond(millis).ok()?,
        Err(_) => text.parse().ok()?,
    };
    Timestamp::from_millisecond(at.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_milliseconds_or_rfc_3339() {
        let at: Timestamp = "2026-11-24T14:00:00Z".parse().unwrap();
        assert_eq!(parse_start(&at.as_millisecond().to_string()), Some(at));
        assert_eq!(parse_start(" 2026-11-24T15:00:00+01:00 "), Some(at));
        for nonsense in [
            "",
            "tomorrow",
            "2026-11-24",
            "99999999999999999",
            "1e9",
            "2026-11-24T15:00:00",
        ] {
            assert_eq!(parse_start(nonsense), None, "{nonsense}");
        }
    }
}
