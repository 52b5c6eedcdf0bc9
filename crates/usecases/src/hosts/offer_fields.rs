//! Reads what kind of thing a service is, what it costs, and what is given back.

use timetap_core::location::LocationKind;
use timetap_core::money::{Currency, Money};
use timetap_core::orders::ServiceKind;
use timetap_core::text::FieldError;
use uuid::Uuid;

use super::save_booking_rules::parse_number;
use super::save_service::ServiceForm;
use crate::platform::field_errors::FieldErrors;

/// The longest time before the beginning from which on it costs to cancel, in hours: a year.
const MAX_REFUND_HOURS: u32 = 8760;

/// The offer, read.
pub(super) struct OfferFields {
    pub kind: ServiceKind,
    pub price: Money,
    pub refund_until_minutes: i64,
    pub late_refund_percent: i64,
    /// Who serves; nobody stands for the host alone. People of dates stand beside each date.
    pub staff: Vec<Uuid>,
    /// Of these rooms one is needed.
    pub rooms: Vec<Uuid>,
}

/// Reads the fields that say what is sold. What was left out is what sessions always were: free, with the host.
pub(super) fn parse_offer(form: &ServiceForm, errors: &mut FieldErrors) -> Option<OfferFields> {
    let kind = errors.take("kind", parse_kind(&form.kind))?;
    let currency = errors.take("currency", or(&form.currency, "EUR", Currency::parse))?;
    let price = errors.take("price", parse_price(&form.price, currency, kind));
    let hours = or(&form.refund_until_hours, "24", |text| {
        parse_number("The time for cancelling", text, 0, MAX_REFUND_HOURS, "hours")
    });
    let hours = errors.take("refund_until_hours", hours);
    let percent = or(&form.late_refund_percent, "0", |text| {
        parse_number("What is given back later", text, 0, 100, "per cent")
    });
    let percent = errors.take("late_refund_percent", percent);
    if kind.has_seats() && form.location_kind.trim() == LocationKind::AtCustomer.as_str() {
        errors.add(
            "location_kind",
            "Several customers come to the same date, so it cannot be at one customer’s place.",
        );
    }
    let takes_a_time = kind.takes_a_time();
    let staff = errors.take("staff", parse_ids(&form.staff, takes_a_time));
    let rooms = errors.take("rooms", parse_ids(&form.rooms, takes_a_time));
    Some(OfferFields {
        kind,
        price: price?,
        refund_until_minutes: hours? * 60,
        late_refund_percent: percent?,
        staff: staff?,
        rooms: rooms?,
    })
}

/// Reads the text, or `usual` where there is none.
fn or<T>(text: &str, usual: &str, read: impl FnOnce(&str) -> Result<T, FieldError>) -> Result<T, FieldError> {
    let text = text.trim();
    read(if text.is_empty() { usual } else { text })
}

fn parse_kind(text: &str) -> Result<ServiceKind, FieldError> {
    or(text, ServiceKind::Session.as_str(), |text| {
        text.parse()
            .map_err(|_| FieldError::new("Please choose what kind of service it is."))
    })
}

fn parse_price(text: &str, currency: Currency, kind: ServiceKind) -> Result<Money, FieldError> {
    let price = Money::parse(text, currency)?;
    let least = Money {
        minor: currency.smallest_charge(),
        currency,
    };
    if kind == ServiceKind::Subscription && price.minor == 0 {
        return Err(FieldError::new("A weekly subscription needs a price for each week."));
    }
    if price.minor > 0 && price.minor < least.minor {
        return Err(FieldError::new(format!(
            "Cards can be charged {least} at least. Ask for as much, or for nothing."
        )));
    }
    Ok(price)
}

/// Ids as a form's boxes send them, each once; nothing where they do not matter.
fn parse_ids(texts: &[String], matters: bool) -> Result<Vec<Uuid>, FieldError> {
    let mut ids: Vec<Uuid> = Vec::new();
    for text in texts.iter().filter(|_| matters) {
        let id = text
            .parse()
            .map_err(|_| FieldError::new("This choice is not known here. Please reload the page."))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}
