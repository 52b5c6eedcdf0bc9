//! Puts what was picked on a service's page into the cart.

use http::StatusCode;
use jiff::Timestamp;
use timetap_core::orders::ServiceKind;
use timetap_usecases::bookings::Offering;
use timetap_usecases::carts::{Pick, PutError, put_in_cart};
use timetap_usecases::orders::Choice;
use timetap_usecases::{FieldErrors, Unexpected};
use uuid::Uuid;

use crate::actions::{Reply, Submission};
use crate::page::cart_cookie::cart_cookies;
use crate::pages::booking::chosen_time::wanted_start;

/// `POST /{slug}/{service}` of a service that is ordered.
///
/// # Errors
/// Something broke.
pub async fn put_into_cart(s: Submission, offering: &Offering) -> Result<Reply, Unexpected> {
    let Some(choice) = choice(&s, offering) else {
        let (field, message) = if offering.kind.takes_a_time() {
            ("start", "Please choose a time.")
        } else {
            ("date", "Please choose one of the dates.")
        };
        return Ok(s.invalid("", FieldErrors::one(field, message)));
    };
    let pick = Pick {
        service_id: offering.service.id,
        choice,
        quantity: s.form.text("quantity").parse().unwrap_or(1),
        instead_of: s.form.text("item").parse().ok(),
    };
    match put_in_cart(&s.app, &s.cart_owner(), &pick, &s.client.ip).await {
        Ok(done) => Ok(Reply::SeeOther {
            to: "/cart?done=added".to_owned(),
            cookies: cart_cookies(&s.app.settings, &done.cookie),
        }),
        Err(PutError::Unexpected(error)) => Err(error),
        Err(error @ PutError::TooMany(_)) => Ok(s.refused(StatusCode::TOO_MANY_REQUESTS, "", error.to_string())),
        Err(error) => Ok(s.refused(StatusCode::CONFLICT, "", error.to_string())),
    }
}

fn choice(s: &Submission, offering: &Offering) -> Option<Choice> {
    if offering.kind.takes_a_time() {
        let millis = wanted_start(&s.form).parse().ok()?;
        return Timestamp::from_millisecond(millis).ok().map(Choice::At);
    }
    let id: Uuid = s.form.text("date").parse().ok()?;
    Some(match offering.kind {
        ServiceKind::Subscription => Choice::Template(id),
        _ => Choice::Occurrence(id),
    })
}
