//! Books a session: one transaction that takes the time and owes everything that follows from it.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_core::slots::{Refusal, Slot, check_slot, claim_span};
use timetap_core::span::Span;
use timetap_store::bookings::find_appointment::find_appointment_by_key;
use timetap_store::bookings::insert_claim::{ClaimFor, NewClaim};
use timetap_store::bookings::lock_host::lock_host;
use timetap_store::bookings::remove_expired_holds::remove_expired_holds;
use timetap_store::entities::appointment;
use timetap_store::{StoreError, Transaction};
use uuid::Uuid;

use super::booking_form::{BookingForm, Order};
use super::capability::{make_capability, open_capability};
use super::find_offering::{Offering, find_offering};
use super::load_slot_inputs::load_slot_inputs_of;
use super::offer_month::look_at;
use super::record_booking::record_booking;
use crate::accounts::rate_limit::{RateError, RateRule, TooMany, hit_on, network_key};
use crate::platform::failpoint::Failpoint;
use crate::platform::field_errors::FieldErrors;
use crate::platform::retry::try_again;
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// Booking, by network address.
const BOOK_NETWORK: RateRule = RateRule::new("book-network", 60, 60);
/// Booking, by the customer's e-mail address: each booking sends mail there.
const BOOK_EMAIL: RateRule = RateRule::new("book-email", 20, 60);
/// How many other times are named when the wanted one is gone.
pub(super) const NEAREST: usize = 4;
/// Forms of ours carry a token of 43 characters; other programs may choose their own.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 16..=200;

/// A booking that stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Booked {
    /// The appointment.
    pub appointment_id: Uuid,
    /// The token of the customer's link.
    pub capability: String,
}

impl std::fmt::Debug for Booked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Booked")
            .field("appointment_id", &self.appointment_id)
            .finish_non_exhaustive()
    }
}

/// Why there is no booking.
#[derive(Debug, thiserror::Error)]
pub enum BookSessionError {
    /// Something in the form needs another look.
    #[error("the form needs another look")]
    Invalid(FieldErrors),
    /// The time cannot be had.
    #[error("{message}")]
    SlotGone {
        /// For the customer.
        message: String,
        /// Other times nearby.
        nearest: Vec<Slot>,
    },
    /// There is no such host or service, or it is not offered any more.
    #[error("there is no such service")]
    NotFound,
    /// It is put into a cart and ordered, never booked by this form.
    #[error("this goes by the cart")]
    ByCart(Box<Offering>),
    /// Too many tries.
    #[error("These are many bookings at once. Please try again in {}.", .0.wait())]
    TooMany(TooMany),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// What one run of the transaction came to, where nothing broke.
enum Outcome {
    Booked(Booked),
    /// This form has booked before.
    Repeated(Booked),
    Refused(Refusal),
    TooMany(TooMany),
}

impl BookSessionError {
    /// A word for the metrics.
    fn name(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::SlotGone { .. } => "slot_gone",
            Self::NotFound => "not_found",
            Self::ByCart(_) => "by_cart",
            Self::TooMany(_) => "too_many",
            Self::Unexpected(_) => "error",
        }
    }
}

/// Books what `form` asks for. `customer_user_id` is the account that is signed in, `network` the address it comes from.
///
/// The same form sent again, at once or years later, gives the booking that it made the first time, as long as that stands
/// at its time. Once it was moved or cancelled, the form asks for another booking.
///
/// # Errors
/// See [`BookSessionError`].
pub async fn book_session(
    app: &TimeTap,
    form: &BookingForm,
    customer_user_id: Option<Uuid>,
    network: &str,
) -> Result<Booked, BookSessionError> {
    let result = book(app, form, customer_user_id, network).await;
    let outcome = match &result {
        Ok((_, New::Yes)) => "booked",
        Ok((_, New::No)) => "repeated",
        Err(error) => error.name(),
    };
    metrics::counter!("timetap_bookings_total", "outcome" => outcome).increment(1);
    let appointment = result
        .as_ref()
        .ok()
        .map(|(booked, _)| tracing::field::display(booked.appointment_id));
    tracing::info!(appointment, outcome, "booking");
    result.map(|(booked, _)| booked)
}

/// Whether the booking was made by this form just now, or an earlier time.
enum New {
    Yes,
    No,
}

async fn book(
    app: &TimeTap,
    form: &BookingForm,
    customer_user_id: Option<Uuid>,
    network: &str,
) -> Result<(Booked, New), BookSessionError> {
    let offering = find_offering(app.db.reader(), &form.host_slug, &form.service_slug)
        .await?
        .ok_or(BookSessionError::NotFound)?;
    if offering.goes_by_cart() {
        return Err(BookSessionError::ByCart(Box::new(offering)));
    }
    let key_length = form.idempotency_key.trim().len();
    if !KEY_LENGTH.contains(&key_length) {
        return Err(BookSessionError::Invalid(FieldErrors::one(
            "idempotency_key",
            "This form is incomplete. Please load the page again; what you typed may have to be typed once more.",
        )));
    }
    let order = form.parse(&offering).map_err(BookSessionError::Invalid)?;
    let key = stored_key(form, &offering, &order);
    // Whoever comes too late is told so without waiting for those who write.
    let (host_id, minutes) = (offering.host.user_id, offering.duration_minutes);
    let look = look_at(app, host_id, minutes, order.start, None, NEAREST).await?;
    if let Some(refusal) = look.refusal {
        return refuse(app, &key, refusal, look.nearest).await;
    }
    let mut tried = 0;
    loop {
        tried += 1;
        match try_book(app, &offering, &order, &key, customer_user_id, network).await {
            Ok(Outcome::Booked(booked)) => {
                app.signal.ring();
                return Ok((booked, New::Yes));
            }
            Ok(Outcome::Repeated(booked)) => return Ok((booked, New::No)),
            Ok(Outcome::Refused(refusal)) => {
                let look = look_at(app, host_id, minutes, order.start, None, NEAREST).await?;
                return refuse(app, &key, refusal, look.nearest).await;
            }
            Ok(Outcome::TooMany(many)) => return Err(BookSessionError::TooMany(many)),
            Err(error) => {
                if !try_again(app, &error, tried).await {
                    return Err(error.into());
                }
            }
        }
    }
}

/// The time cannot be had, unless it was this very form that took it: sent twice at once, the other one was faster.
async fn refuse(
    app: &TimeTap,
    key: &str,
    refusal: Refusal,
    nearest: Vec<Slot>,
) -> Result<(Booked, New), BookSessionError> {
    // A reader sees what was committed before it began to read, by whomever, and never stands in line behind writers.
    if let Some(booked) = find_booked(app.db.reader(), app, key).await? {
        return Ok((booked, New::No));
    }
    Err(BookSessionError::SlotGone {
        message: refusal.customer_message().to_owned(),
        nearest,
    })
}

/// The key as it stands in the database: of the form's own and of what was asked for, so that a form which comes back by
/// the browser's history with another time or another person in it is another booking.
fn stored_key(form: &BookingForm, offering: &Offering, order: &Order) -> String {
    token_hash(&format!(
        "{}|{}|{}|{}",
        form.idempotency_key.trim(),
        offering.service.id,
        order.start.as_millisecond(),
        order.email.key()
    ))
}

async fn find_booked(on: &impl ConnectionTrait, app: &TimeTap, key: &str) -> Result<Option<Booked>, Unexpected> {
    let Some(found) = find_appointment_by_key(on, key).await? else {
        return Ok(None);
    };
    Ok(Some(Booked {
        appointment_id: found.id,
        capability: open_capability(app, &found)?,
    }))
}

async fn try_book(
    app: &TimeTap,
    offering: &Offering,
    order: &Order,
    key: &str,
    customer_user_id: Option<Uuid>,
    network: &str,
) -> Result<Outcome, Unexpected> {
    let txn = app.db.begin_shared().await?;
    let outcome = decide_and_write(&txn, app, offering, order, key, customer_user_id, network).await?;
    if matches!(outcome, Outcome::Booked(_)) {
        Failpoint::BookingBeforeCommit.reach().await;
        txn.commit().await?;
        Failpoint::BookingCommitted.reach().await;
    } else {
        // Nobody is told of a booking, one's own or another's, before it is durable.
        txn.rollback().await?;
    }
    Ok(outcome)
}

async fn decide_and_write(
    txn: &Transaction,
    app: &TimeTap,
    offering: &Offering,
    order: &Order,
    key: &str,
    customer_user_id: Option<Uuid>,
    network: &str,
) -> Result<Outcome, Unexpected> {
    let host_id = offering.host.user_id;
    let host = lock_host(txn, host_id).await?;
    // From here on nobody else decides about this host's time.
    let host = host.ok_or_else(|| Unexpected::Inconsistent(format!("host {host_id} is gone")))?;
    let now = app.clock.now();
    let moment = Span {
        start: order.start,
        end: order.start,
    };
    let inputs = load_slot_inputs_of(txn, app, host, moment, None).await?;
    let slot = match check_slot(
        &inputs.rules,
        &inputs.calendar(),
        offering.duration_minutes,
        order.start,
        now,
    ) {
        Ok(slot) => slot,
        // The same form, sent many times at once, has booked already for all but the first. Its booking stands at this very
        // time, so that it is refused here.
        Err(refusal) => {
            let booked = find_booked(txn, app, key).await?;
            return Ok(booked.map_or(Outcome::Refused(refusal), Outcome::Repeated));
        }
    };
    if inputs.has_expired_holds {
        remove_expired_holds(txn, host_id, now).await?;
    }
    // Counted with the booking: who was refused, or sent a form twice, has not booked.
    let tries = [(BOOK_NETWORK, network_key(network)), (BOOK_EMAIL, order.email.key())];
    let tries = tries.each_ref().map(|(rule, key)| (*rule, key.as_str()));
    match hit_on(txn, app, &tries).await {
        Ok(()) => {}
        Err(RateError::TooMany(many)) => return Ok(Outcome::TooMany(many)),
        Err(RateError::Unexpected(error)) => return Err(error),
    }
    let id = app.entropy.uuid(now);
    let capability = make_capability(app, id)?;
    let row = new_appointment(offering, order, slot, id, now, customer_user_id)?;
    let row = appointment::Model {
        idempotency_key: key.to_owned(),
        capability_hash: capability.hash,
        capability_sealed: capability.sealed,
        ..row
    };
    let claim = NewClaim {
        id: app.entropy.uuid(now),
        resource_id: host_id,
        span: claim_span(&inputs.rules, slot),
        claim_for: ClaimFor::Appointment(id),
    };
    match record_booking(txn, app, &row, claim).await {
        Ok(()) => {}
        // The rule of the database has the last word.
        Err(Unexpected::Store(StoreError::Claimed)) => {
            return Ok(Outcome::Refused(Refusal::Booked));
        }
        Err(error) => return Err(error),
    }
    Ok(Outcome::Booked(Booked {
        appointment_id: id,
        capability: capability.token,
    }))
}

fn new_appointment(
    offering: &Offering,
    order: &Order,
    slot: Slot,
    id: Uuid,
    now: Timestamp,
    customer_user_id: Option<Uuid>,
) -> Result<appointment::Model, Unexpected> {
    let answers = serde_json::to_value(&order.answers).map_err(|error| Unexpected::Internal(error.to_string()))?;
    Ok(appointment::Model {
        id,
        host_id: offering.host.user_id,
        service_id: offering.service.id,
        order_item_id: None,
        run: 0,
        occurrence_id: None,
        room_id: None,
        customer_user_id,
        customer_name: order.name.as_str().to_owned(),
        customer_email: order.email.as_str().to_owned(),
        customer_phone: order.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        customer_time_zone: order.zone.as_str().to_owned(),
        host_time_zone: offering.host.time_zone.clone(),
        service_title: offering.service.title.clone(),
        location_kind: offering.service.location_kind.clone(),
        location_detail: offering.service.location_detail.clone(),
        answers,
        starts_at: slot.start.into(),
        ends_at: slot.end.into(),
        days: 1,
        status: "scheduled".to_owned(),
        sequence: 0,
        meet_link: None,
        cancelled_by: None,
        cancel_message: None,
        cancelled_at: None,
        idempotency_key: String::new(),
        capability_hash: String::new(),
        capability_sealed: String::new(),
        created_at: now.into(),
        updated_at: now.into(),
    })
}
