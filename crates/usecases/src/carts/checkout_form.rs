//! What a customer types at the checkout, and what is made of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use timetap_core::location::LocationKind;
use timetap_core::orders::{MAX_PARTICIPANT_TEXT, Participant, ServiceKind};
use timetap_core::text::{
    EmailAddress, FieldError, PersonName, PhoneNumber, ZoneName, parse_block, parse_optional_block,
};
use uuid::Uuid;

use super::view_cart::CartLine;
use crate::platform::field_errors::FieldErrors;

/// The longest address, in characters.
const MAX_ADDRESS: usize = 300;
/// The longest notes, in characters.
const MAX_NOTES: usize = 2000;
/// Nobody is older.
const MAX_AGE: u8 = 120;

/// The checkout form as it was sent. Fields of the same name get the complaints; participants are
/// `p-{item}-{number}-{part}`.
#[derive(Clone, Debug, Default)]
pub struct CheckoutForm {
    /// The customer's name.
    pub name: String,
    /// The customer's e-mail address.
    pub email: String,
    /// The customer's number; required where somebody will call it or come.
    pub phone: String,
    /// Where to come; required where a service is at the customer's.
    pub address: String,
    /// What the staff should know.
    pub notes: String,
    /// The customer's time zone.
    pub time_zone: String,
    /// A random text that the form carries: the same form sent twice orders once.
    pub idempotency_key: String,
    /// Who attends, by the thing in the cart.
    pub participants: BTreeMap<Uuid, Vec<ParticipantForm>>,
}

/// One participant as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ParticipantForm {
    /// The name.
    pub name: String,
    /// The age in years.
    pub age: String,
    /// The date of birth.
    pub born: String,
    /// Allergies.
    pub allergies: String,
    /// What the staff should know.
    pub notes: String,
}

/// Nothing of it belongs into a log.
impl std::fmt::Debug for ParticipantForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParticipantForm").finish_non_exhaustive()
    }
}

/// The form, understood.
#[derive(Debug)]
pub(super) struct Customer {
    pub(super) name: PersonName,
    pub(super) email: EmailAddress,
    pub(super) phone: Option<PhoneNumber>,
    pub(super) zone: ZoneName,
    pub(super) address: Option<String>,
    pub(super) notes: Option<String>,
    pub(super) attending: Vec<(Uuid, Vec<Participant>)>,
}

impl CheckoutForm {
    /// All complaints at once, or what the customer wants.
    pub(super) fn parse(&self, lines: &[CartLine], now: Timestamp) -> Result<Customer, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", PersonName::parse(&self.name));
        let email = errors.take("email", EmailAddress::parse(&self.email));
        let phone = self.parse_phone(lines, &mut errors);
        let address = if lines.iter().any(|line| line.ware.location == LocationKind::AtCustomer) {
            errors.take("address", parse_block("The address", &self.address, MAX_ADDRESS))
        } else {
            None
        };
        let notes = errors.take("notes", parse_optional_block("The note", &self.notes, MAX_NOTES));
        let zone = errors.take("time_zone", ZoneName::parse(&self.time_zone));
        let attending = lines
            .iter()
            .map(|line| (line.item.id, self.parse_line(line, now, &mut errors)))
            .collect();
        match (name, email, zone) {
            (Some(name), Some(email), Some(zone)) if errors.is_empty() => Ok(Customer {
                name,
                email,
                phone,
                zone,
                address,
                notes: notes.flatten(),
                attending,
            }),
            _ => Err(errors),
        }
    }

    fn parse_phone(&self, lines: &[CartLine], errors: &mut FieldErrors) -> Option<PhoneNumber> {
        if !self.phone.trim().is_empty() {
            return errors.take("phone", PhoneNumber::parse(&self.phone));
        }
        let reason = lines.iter().find_map(needs_phone);
        if let Some(reason) = reason {
            errors.add("phone", format!("Please leave a number: {reason}."));
        }
        None
    }

    fn parse_line(&self, line: &CartLine, now: Timestamp, errors: &mut FieldErrors) -> Vec<Participant> {
        let typed = self
            .participants
            .get(&line.item.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let has_seats = line.ware.kind.has_seats();
        let count = usize::try_from(line.item.quantity).unwrap_or(1);
        let mut found = Vec::with_capacity(count);
        for number in 0..count {
            let empty = ParticipantForm::default();
            let typed = typed.get(number).unwrap_or(&empty);
            if !has_seats && *typed == empty {
                continue;
            }
            let field = |part: &str| format!("p-{}-{}-{part}", line.item.id, number + 1);
            let complaints = errors.iter().count();
            let participant = typed.parse(line.ware.kind, now, &field, errors);
            if errors.iter().count() == complaints {
                found.extend(participant);
            }
        }
        found
    }
}

/// Why a number is needed for a thing; nothing where it is not.
pub(super) fn needs_phone(line: &CartLine) -> Option<String> {
    let detail = Some(line.ware.service.location_detail.as_str()).filter(|detail| !detail.is_empty());
    let host = &line.ware.host.display_name;
    match line.ware.location {
        LocationKind::AtCustomer => Some(format!("{host} comes to you")),
        kind if kind.needs_customer_phone(detail) => Some(format!("{host} will call you")),
        _ => None,
    }
}

impl ParticipantForm {
    fn parse(
        &self,
        kind: ServiceKind,
        now: Timestamp,
        field: &dyn Fn(&str) -> String,
        errors: &mut FieldErrors,
    ) -> Option<Participant> {
        let name = errors.take(&field("name"), PersonName::parse(&self.name));
        let age = match self.age.trim() {
            "" => None,
            text => {
                let age = text.parse::<u8>().ok().filter(|age| *age <= MAX_AGE);
                let bad = || FieldError::new("Please write the age in whole years, such as “8”.");
                errors.take(&field("age"), age.ok_or_else(bad))
            }
        };
        let birth_date = match self.born.trim() {
            "" => None,
            text => errors.take(&field("born"), parse_birth_date(text, now)),
        };
        if kind == ServiceKind::Camp && self.age.trim().is_empty() && self.born.trim().is_empty() {
            errors.add(&field("age"), "Please give the age, or the date of birth.");
        }
        let block = |errors: &mut FieldErrors, part: &str, label: &str, text: &str| {
            errors
                .take(&field(part), parse_optional_block(label, text, MAX_PARTICIPANT_TEXT))
                .flatten()
        };
        let allergies = block(errors, "allergies", "What is written under allergies", &self.allergies);
        let notes = block(errors, "notes", "The note", &self.notes);
        Some(Participant {
            name: name?.as_str().to_owned(),
            birth_date,
            age,
            notes,
            allergies,
        })
    }
}

fn parse_birth_date(text: &str, now: Timestamp) -> Result<Date, FieldError> {
    let bad = || FieldError::new("Please write the date of birth as a day in the past, such as “2018-05-02”.");
    let date: Date = text.parse().map_err(|_| bad())?;
    let today = TimeZone::UTC.to_datetime(now).date();
    let oldest = today.saturating_sub(i64::from(MAX_AGE).years());
    // Wherever on earth it is tomorrow already.
    let latest = today.saturating_add(1.day());
    if (oldest..=latest).contains(&date) {
        Ok(date)
    } else {
        Err(bad())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T10:00:00Z".parse().unwrap()
    }

    fn parse(kind: ServiceKind, form: &ParticipantForm) -> Result<Participant, Vec<String>> {
        let mut errors = FieldErrors::new();
        let found = form.parse(kind, now(), &str::to_owned, &mut errors);
        match found.filter(|_| errors.is_empty()) {
            Some(found) => Ok(found),
            None => Err(errors.iter().map(|(field, _)| field.to_owned()).collect()),
        }
    }

    fn mia() -> ParticipantForm {
        ParticipantForm {
            name: " Mia ".to_owned(),
            age: "8".to_owned(),
            allergies: "nuts\r\neggs".to_owned(),
            ..ParticipantForm::default()
        }
    }

    #[test]
    fn a_participant_is_read_as_typed() {
        let found = parse(ServiceKind::Camp, &mia()).unwrap();
        assert_eq!(
            (found.name.as_str(), found.age, found.birth_date),
            ("Mia", Some(8), None)
        );
        assert_eq!((found.allergies.as_deref(), found.notes), (Some("nuts\neggs"), None));
    }

    #[rstest]
    #[case::no_name(|form: &mut ParticipantForm| form.name.clear(), "name")]
    #[case::no_number(|form: &mut ParticipantForm| form.age = "eight".to_owned(), "age")]
    #[case::too_old(|form: &mut ParticipantForm| form.age = "121".to_owned(), "age")]
    #[case::negative(|form: &mut ParticipantForm| form.age = "-1".to_owned(), "age")]
    #[case::neither(|form: &mut ParticipantForm| form.age.clear(), "age")]
    #[case::not_born(|form: &mut ParticipantForm| form.born = "2026-12-24".to_owned(), "born")]
    #[case::no_day(|form: &mut ParticipantForm| form.born = "2018-02-30".to_owned(), "born")]
    #[case::long(|form: &mut ParticipantForm| form.notes = "x".repeat(1001), "notes")]
    #[case::hidden(|form: &mut ParticipantForm| form.allergies = "a\u{202e}b".to_owned(), "allergies")]
    fn what_is_wrong_is_said_at_its_field(#[case] spoil: fn(&mut ParticipantForm), #[case] field: &str) {
        let mut form = mia();
        spoil(&mut form);
        assert_eq!(parse(ServiceKind::Camp, &form).unwrap_err(), [field]);
    }

    #[test]
    fn only_camps_ask_for_an_age() {
        let mut form = mia();
        form.age.clear();
        assert!(parse(ServiceKind::Subscription, &form).is_ok());
        form.born = "2018-05-02".to_owned();
        assert!(parse(ServiceKind::Camp, &form).is_ok());
    }
}
