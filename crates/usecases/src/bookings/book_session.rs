//! Books a session: one transaction that takes the time and owes everything that follows from it.

use jiff::Timestamp;
use timetap_core::slots::{Slot, check_slot, claim_span};
use timetap_core::span::Span;
use timetap_store::StoreError;
use timetap_store::bookings::find_appointment::find_appointment_by_key;
use timetap_store::bookings::insert_appointment::insert_appointment;
use timetap_store::bookings::insert_claim::{NewClaim, insert_claim};
use timetap_store::bookings::lock_host::lock_host;
use timetap_store::bookings::remove_expired_holds::remove_expired_holds;
use timetap_store::entities::appointment;
use uuid::Uuid;

use super::booking_form::{BookingForm, Order};
use super::capability::{make_capability, open_capability};
use super::find_offering::{Offering, find_offering};
use super::load_slot_inputs::load_slot_inputs;
use super::offer_month::nearest_free;
use super::retry::try_again;
use super::timeline::{host_time, note};
use crate::accounts::rate_limit::{RateError, RateRule, TooMany, hit, network_key};
use crate::calendars::want_event;
use crate::mail::{BookingEvent, owe_booking_mails};
use crate::platform::failpoint::Failpoint;
use crate::platform::field_errors::FieldErrors;
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
    Refused(String),
}

impl BookSessionError {
    /// A word for the metrics.
    fn name(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::SlotGone { .. } => "slot_gone",
            Self::NotFound => "not_found",
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
    let key_length = form.idempotency_key.trim().len();
    if !KEY_LENGTH.contains(&key_length) {
        return Err(BookSessionError::Invalid(FieldErrors::one(
            "idempotency_key",
            "This form is incomplete. Please load the page again; what you typed may have to be typed once more.",
        )));
    }
    let order = form.parse(&offering).map_err(BookSessionError::Invalid)?;
    let key = stored_key(form, &offering, &order);
    if let Some(booked) = find_booked(app, &key).await? {
        return Ok((booked, New::No));
    }
    limit(app, BOOK_NETWORK, &network_key(network)).await?;
    limit(app, BOOK_EMAIL, &order.email.key()).await?;
    let mut tried = 0;
    loop {
        tried += 1;
        match try_book(app, &offering, &order, &key, customer_user_id).await {
            Ok(Outcome::Booked(booked)) => {
                app.signal.ring();
                return Ok((booked, New::Yes));
            }
            // The same form may have been sent twice at once, and the other one was faster.
            Ok(Outcome::Refused(message)) => {
                if let Some(booked) = find_booked(app, &key).await? {
                    return Ok((booked, New::No));
                }
                let nearest = nearest_free(
                    app,
                    offering.host.user_id,
                    offering.duration_minutes,
                    order.start,
                    None,
                    NEAREST,
                )
                .await?;
                return Err(BookSessionError::SlotGone { message, nearest });
            }
            Err(Unexpected::Store(StoreError::Duplicate(what))) => {
                return find_booked(app, &key)
                    .await?
                    .map(|booked| (booked, New::No))
                    .ok_or_else(|| Unexpected::Store(StoreError::Duplicate(what)).into());
            }
            Err(error) => {
                if !try_again(app, &error, tried).await {
                    return Err(error.into());
                }
            }
        }
    }
}

async fn limit(app: &TimeTap, rule: RateRule, key: &str) -> Result<(), BookSessionError> {
    hit(app, rule, key).await.map_err(|error| match error {
        RateError::TooMany(many) => BookSessionError::TooMany(many),
        RateError::Unexpected(error) => error.into(),
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

async fn find_booked(app: &TimeTap, key: &str) -> Result<Option<Booked>, Unexpected> {
    // On the writing side: a booking that was committed a moment ago must be seen.
    let Some(found) = find_appointment_by_key(app.db.writer(), key).await? else {
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
) -> Result<Outcome, Unexpected> {
    let host_id = offering.host.user_id;
    let txn = app.db.begin().await?;
    lock_host(&txn, host_id).await?;
    let now = app.clock.now();
    remove_expired_holds(&txn, host_id, now).await?;
    let moment = Span {
        start: order.start,
        end: order.start,
    };
    let Some(inputs) = load_slot_inputs(&txn, app, host_id, moment, None).await? else {
        return Err(Unexpected::Inconsistent(format!("host {host_id} has no rules")));
    };
    let slot = match check_slot(
        &inputs.rules,
        &inputs.calendar(),
        offering.duration_minutes,
        order.start,
        now,
    ) {
        Ok(slot) => slot,
        Err(refusal) => return Ok(Outcome::Refused(refusal.customer_message().to_owned())),
    };
    let id = app.entropy.uuid(now);
    let capability = make_capability(app, id)?;
    let row = new_appointment(offering, order, slot, id, now, customer_user_id)?;
    let row = appointment::Model {
        idempotency_key: key.to_owned(),
        capability_hash: capability.hash,
        capability_sealed: capability.sealed,
        ..row
    };
    insert_appointment(&txn, &row).await?;
    let claim = NewClaim {
        id: app.entropy.uuid(now),
        resource_id: host_id,
        span: claim_span(&inputs.rules, slot),
        appointment_id: id,
    };
    match insert_claim(&txn, claim, now).await {
        Ok(()) => {}
        // The rule of the database has the last word.
        Err(StoreError::Claimed) => {
            return Ok(Outcome::Refused(
                timetap_core::slots::Refusal::Booked.customer_message().to_owned(),
            ));
        }
        Err(error) => return Err(error.into()),
    }
    let text = format!("Booked by {} for {}.", row.customer_name, host_time(&row)?);
    note(&txn, app, &row, "customer", "booked", text).await?;
    want_event(&txn, app, id, host_id, true).await?;
    owe_booking_mails(&txn, app, &row, &BookingEvent::Booked).await?;
    Failpoint::BookingBeforeCommit.reach().await;
    txn.commit().await?;
    Failpoint::BookingCommitted.reach().await;
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
