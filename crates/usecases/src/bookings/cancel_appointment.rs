//! Calls a booking off: its time is free again, its events go, everybody is told.

use jiff::{SignedDuration, Timestamp};
use timetap_core::text::parse_optional_block;
use timetap_core::times::format_minutes;
use timetap_store::StoreError;
use timetap_store::bookings::cancel_appointment as store;
use timetap_store::bookings::find_appointment::{find_appointment, find_appointment_to_change};
use timetap_store::bookings::release_claim::release_claim;
use timetap_store::entities::{appointment, host, order};
use timetap_store::hosts::find_host::find_host;
use timetap_store::orders::find_order::find_order_to_change;
use timetap_store::payments::subscriptions::find_item;
use uuid::Uuid;

use super::actor::{Actor, find_booking, name_stand_in};
use super::timeline::{host_time, note};
use crate::calendars::want_events;
use crate::mail::{BookingEvent, has_it_by_google, hurry_confirmations, owe_mails_to};
use crate::payments::refund_cancelled;
use crate::platform::failpoint::Failpoint;
use crate::platform::field_errors::FieldErrors;
use crate::platform::retry::try_again;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The longest message to the other side, in characters.
pub(super) const MAX_MESSAGE: usize = 1000;

/// Why a booking was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// There is no such booking, or it is somebody else's.
    #[error("there is no such booking")]
    NotFound,
    /// It is too late for the customer to do it.
    #[error("{0}")]
    TooLate(String),
    /// It is over.
    #[error("This booking is over, so there is nothing left to cancel.")]
    Over,
    /// The message needs another look.
    #[error("the form needs another look")]
    Invalid(FieldErrors),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Who cancels a booking, and why.
struct Canceller<'a> {
    /// Who does it.
    actor: &'a Actor<'a>,
    /// Whether it was found out otherwise that the booking is theirs.
    is_known: bool,
    /// What the other side is to read.
    message: Option<&'a str>,
    /// Who called the whole date off; nobody where one booking is cancelled.
    date_by: Option<&'a str>,
}

impl Canceller<'_> {
    /// What stands in the booking's past, where `stand_in` acted in the host's place.
    fn in_words(&self, stand_in: Option<&str>) -> String {
        match (self.date_by, stand_in) {
            (Some(name), _) => format!("The date was called off by {name}"),
            (None, Some(name)) => format!("Cancelled by {name}"),
            (None, None) => format!("Cancelled by the {}", self.actor.word()),
        }
    }
}

/// Cancels the booking with an optional `message` to the other side. One that is cancelled already stays as it is.
///
/// # Errors
/// See [`CancelError`].
pub async fn cancel_appointment(app: &TimeTap, id: Uuid, actor: &Actor<'_>, message: &str) -> Result<(), CancelError> {
    if find_booking(app.db.reader(), id, actor).await?.is_none() {
        return Err(CancelError::NotFound);
    }
    cancel_by(app, id, actor, message, false).await
}

/// The same for a caller who has found out that the booking is the actor's. What was paid for it with an order goes back as
/// the service's policy says.
pub(crate) async fn cancel_known(app: &TimeTap, id: Uuid, actor: &Actor<'_>, message: &str) -> Result<(), CancelError> {
    cancel_by(app, id, actor, message, true).await
}

async fn cancel_by(
    app: &TimeTap,
    id: Uuid,
    actor: &Actor<'_>,
    message: &str,
    is_known: bool,
) -> Result<(), CancelError> {
    let message = parse_message(message).map_err(CancelError::Invalid)?;
    let canceller = Canceller {
        actor,
        is_known,
        message: message.as_deref(),
        date_by: None,
    };
    cancel_as(app, id, &canceller).await
}

/// Who called a date off with everything that was booked on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DateCaller<'a> {
    /// The account.
    pub(crate) user_id: Uuid,
    /// How they are called.
    pub(crate) name: &'a str,
    /// What they wrote to the customers.
    pub(crate) message: Option<&'a str>,
}

/// Cancels a booking whose date was called off: as the host cancels one, so that all of its money goes back, and however late
/// it has become since. One that is cancelled already, or took place, stays as it is.
pub(crate) async fn cancel_with_date(app: &TimeTap, id: Uuid, caller: DateCaller<'_>) -> Result<(), Unexpected> {
    let actor = Actor::Host {
        user_id: caller.user_id,
    };
    let canceller = Canceller {
        actor: &actor,
        is_known: true,
        message: caller.message,
        date_by: Some(caller.name),
    };
    match cancel_as(app, id, &canceller).await {
        Ok(()) | Err(CancelError::NotFound | CancelError::Over) => Ok(()),
        Err(CancelError::Unexpected(error)) => Err(error),
        Err(error @ (CancelError::TooLate(_) | CancelError::Invalid(_))) => {
            Err(Unexpected::Internal(error.to_string()))
        }
    }
}

async fn cancel_as(app: &TimeTap, id: Uuid, canceller: &Canceller<'_>) -> Result<(), CancelError> {
    let mut tried = 0;
    loop {
        tried += 1;
        match try_cancel(app, id, canceller).await {
            Err(CancelError::Unexpected(error)) if try_again(app, &error, tried).await => {}
            Ok(()) => {
                app.signal.ring();
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
}

async fn try_cancel(app: &TimeTap, id: Uuid, canceller: &Canceller<'_>) -> Result<(), CancelError> {
    let actor = canceller.actor;
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    let now = app.clock.now();
    let order = lock_order(&txn, id).await.map_err(Unexpected::from)?;
    let Some(was) = find_appointment_to_change(&txn, id).await.map_err(Unexpected::from)? else {
        return Err(CancelError::NotFound);
    };
    // It may have been given to somebody else meanwhile, or whoever asks be nobody's manager any more.
    if !canceller.is_known && find_booking(&txn, id, actor).await?.is_none() {
        return Err(CancelError::NotFound);
    }
    match was.status.as_str() {
        "cancelled" => return Ok(()),
        "scheduled" if was.ends_at.timestamp() > now || canceller.date_by.is_some() => {}
        _ => return Err(CancelError::Over),
    }
    let host = host_of(&txn, &was).await?;
    if !actor.is_host()
        && let Some(late) = too_late(&was, &host, now)
    {
        return Err(CancelError::TooLate(late));
    }
    let (by, message) = (actor.word(), canceller.message);
    // Whoever called the date off knows; their own calendar follows by itself.
    let is_own = actor.on_hosts_side() == Some(was.host_id);
    let knows = canceller.date_by.is_some() && is_own && has_it_by_google(&txn, app, &was).await?;
    let done = store::cancel_appointment(&txn, &was, by, message, now)
        .await
        .map_err(Unexpected::from)?;
    if !done {
        return Err(Unexpected::Inconsistent(format!("appointment {id} changed under its lock")).into());
    }
    release_claim(&txn, id).await.map_err(Unexpected::from)?;
    let row = appointment::Model {
        status: "cancelled".to_owned(),
        idempotency_key: id.to_string(),
        cancelled_by: Some(by.to_owned()),
        cancel_message: message.map(str::to_owned),
        cancelled_at: Some(now.into()),
        sequence: was.sequence + 1,
        updated_at: now.into(),
        ..was
    };
    let by_name = name_stand_in(&txn, actor.on_hosts_side(), row.host_id).await?;
    let who = canceller.in_words(by_name.as_deref());
    let text = format!("{who}; it was to be on {}.", host_time(&row)?);
    note(&txn, app, &row, by, "cancelled", text).await?;
    want_events(&txn, app, &row, false).await?;
    let event = BookingEvent::Cancelled {
        by: by.to_owned(),
        by_name,
        message: message.map(str::to_owned),
    };
    if let Some(order) = order {
        refund_cancelled(&txn, app, &order, &row, actor.is_host()).await?;
    }
    let readers: &[&str] = if knows { &["customer"] } else { &["customer", "host"] };
    owe_mails_to(&txn, app, &row, &event, readers).await?;
    // No link will come any more.
    hurry_confirmations(&txn, app, row.id).await?;
    Failpoint::BeforeChangeCommitted.reach().await;
    txn.commit().await.map_err(Unexpected::from)?;
    Failpoint::ChangeCommitted.reach().await;
    Ok(())
}

/// The order that the appointment belongs to, locked before the appointment itself, as everybody does who changes both.
pub(super) async fn lock_order(
    on: &impl sea_orm::ConnectionTrait,
    appointment_id: Uuid,
) -> Result<Option<order::Model>, StoreError> {
    let Some(item_id) = find_appointment(on, appointment_id)
        .await?
        .and_then(|row| row.order_item_id)
    else {
        return Ok(None);
    };
    match find_item(on, item_id).await? {
        Some(item) => find_order_to_change(on, item.order_id).await,
        None => Ok(None),
    }
}

/// The message to the other side, or what is wrong with it.
pub(crate) fn parse_message(message: &str) -> Result<Option<String>, FieldErrors> {
    parse_optional_block("The message", message, MAX_MESSAGE)
        .map_err(|error| FieldErrors::one("message", error.message))
}

/// The host of an appointment, who is always there.
pub(super) async fn host_of(
    on: &impl sea_orm::ConnectionTrait,
    appointment: &appointment::Model,
) -> Result<host::Model, Unexpected> {
    find_host(on, appointment.host_id)
        .await?
        .ok_or_else(|| Unexpected::Inconsistent(format!("appointment {} has no host", appointment.id)))
}

/// Until when the customer may change the booking.
pub(super) fn changes_close(appointment: &appointment::Model, host: &host::Model) -> Timestamp {
    appointment
        .starts_at
        .timestamp()
        .checked_sub(SignedDuration::from_mins(host.change_cutoff_minutes))
        .unwrap_or(Timestamp::MIN)
}

/// The sentence for a customer who comes too late to change the booking; `None` while there is time.
pub(super) fn too_late(appointment: &appointment::Model, host: &host::Model, now: Timestamp) -> Option<String> {
    if now <= changes_close(appointment, host) && now < appointment.starts_at.timestamp() {
        return None;
    }
    let until = match u32::try_from(host.change_cutoff_minutes) {
        Ok(minutes) if minutes > 0 => format!("until {} before it begins", format_minutes(minutes)),
        _ => "until it begins".to_owned(),
    };
    Some(format!(
        "This booking could be changed here {until}. Please tell {} directly.",
        host.display_name
    ))
}
