//! Moves a booking to another time. It stays the same booking: its links, events and mails go on with it.

use jiff::Timestamp;
use timetap_core::slots::{Refusal, Slot, check_slot, claim_span};
use timetap_core::span::Span;
use timetap_core::text::ZoneName;
use timetap_core::times::format_when;
use timetap_store::StoreError;
use timetap_store::bookings::find_appointment::find_appointment_to_change;
use timetap_store::bookings::move_appointment::{Zones, move_appointment, move_item};
use timetap_store::bookings::move_claim::move_claim;
use timetap_store::bookings::remove_expired_holds::remove_expired_holds;
use timetap_store::entities::appointment;
use timetap_store::orders::lock_resources::{Resources, lock_resources};
use uuid::Uuid;

use super::actor::{Actor, find_booking, name_stand_in};
use super::book_session::NEAREST;
use super::booking_form::parse_start;
use super::cancel_appointment::{host_of, lock_order, parse_message, too_late};
use super::load_slot_inputs::{load_slot_inputs, zone_of};
use super::offer_month::{Moving, look_at};
use super::timeline::{note, span_of};
use crate::accounts::rate_limit::{RateError, RateRule, TooMany, hit};
use crate::calendars::want_events;
use crate::mail::{BookingEvent, owe_booking_mails};
use crate::platform::failpoint::Failpoint;
use crate::platform::field_errors::FieldErrors;
use crate::platform::retry::try_again;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Moving, by booking, for customers: every move sends mails to the host.
const MOVE_BOOKING: RateRule = RateRule::new("move-booking", 20, 60);

/// What became of a wish to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rescheduled {
    /// The booking has another time now, and everybody is told.
    Moved,
    /// It stood at this time already: nothing has changed, and nobody is told.
    Unchanged,
}

/// What one run of the transaction came to, where nothing broke.
enum Outcome {
    Done(Rescheduled),
    Refused(Refusal),
    /// The room that it takes place in is somebody else's then.
    NoRoom,
}

/// Where a booking is to go.
struct Goal<'a> {
    start: Timestamp,
    customer_zone: Option<ZoneName>,
    message: Option<&'a str>,
}

/// Why a booking was not moved.
#[derive(Debug, thiserror::Error)]
pub enum RescheduleError {
    /// There is no such booking, or it is somebody else's.
    #[error("there is no such booking")]
    NotFound,
    /// It is too late for the customer to do it.
    #[error("{0}")]
    TooLate(String),
    /// It is cancelled, took place, or is on dates that stand for everybody.
    #[error("{0}")]
    Closed(String),
    /// The new time cannot be had; the booking stands as it was.
    #[error("{message}")]
    SlotGone {
        /// What is the matter with it.
        message: String,
        /// Other times nearby.
        nearest: Vec<Slot>,
    },
    /// The form needs another look.
    #[error("the form needs another look")]
    Invalid(FieldErrors),
    /// It was moved too often.
    #[error("This booking was moved many times. Please try again in {}.", .0.wait())]
    TooMany(TooMany),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Moves the booking so that it begins at `start` (epoch milliseconds or RFC 3339), with an optional `message` to the other
/// side. Its own old time is never in the way. Moving it to where it stands changes nothing.
///
/// `time_zone` is the zone in which the customer read the times; the booking is shown in it from now on. Empty leaves the
/// zone as it is, and so does a host, who chooses in a zone of their own.
///
/// # Errors
/// See [`RescheduleError`].
pub async fn reschedule_appointment(
    app: &TimeTap,
    id: Uuid,
    actor: &Actor<'_>,
    start: &str,
    message: &str,
    time_zone: &str,
) -> Result<Rescheduled, RescheduleError> {
    let Some(found) = find_booking(app.db.reader(), id, actor).await? else {
        return Err(RescheduleError::NotFound);
    };
    if !takes_a_time(&found) {
        return Err(RescheduleError::Closed(
            "This takes place on fixed dates, so its time cannot be changed. Please choose another date instead."
                .to_owned(),
        ));
    }
    let message = parse_message(message).map_err(RescheduleError::Invalid)?;
    let start = parse_start(start)
        .ok_or_else(|| RescheduleError::Invalid(FieldErrors::one("start", "Please choose a time.")))?;
    let customer_zone = if actor.is_host() || time_zone.trim().is_empty() {
        None
    } else {
        let zone = ZoneName::parse(time_zone)
            .map_err(|error| RescheduleError::Invalid(FieldErrors::one("time_zone", error.message)))?;
        Some(zone)
    };
    let goal = Goal {
        start,
        customer_zone,
        message: message.as_deref(),
    };
    if !actor.is_host() {
        let limited = hit(app, MOVE_BOOKING, &id.to_string()).await;
        limited.map_err(|error| match error {
            RateError::TooMany(many) => RescheduleError::TooMany(many),
            RateError::Unexpected(error) => error.into(),
        })?;
    }
    let mut tried = 0;
    loop {
        tried += 1;
        match try_move(app, id, actor, &goal).await {
            Ok(Outcome::Done(done)) => {
                if done == Rescheduled::Moved {
                    app.signal.ring();
                }
                return Ok(done);
            }
            Ok(refused @ (Outcome::Refused(_) | Outcome::NoRoom)) => {
                let moving = Moving {
                    appointment_id: id,
                    by_host: actor.is_host(),
                };
                let look = look_at(app, found.host_id, minutes_of(&found)?, start, Some(moving), NEAREST).await?;
                let stands_in = actor.on_hosts_side().is_some_and(|account| account != found.host_id);
                let message = match refused {
                    // What keeps a host from it is their own business.
                    Outcome::Refused(refusal) if stands_in => {
                        let host = host_of(app.db.reader(), &found).await?;
                        format!("{} {}", host.display_name, refusal.colleague_message())
                    }
                    Outcome::Refused(refusal) if actor.is_host() => refusal.message().to_owned(),
                    Outcome::Refused(refusal) => refusal.customer_message().to_owned(),
                    _ => "The room is not free at this time. Please choose another.".to_owned(),
                };
                return Err(RescheduleError::SlotGone {
                    message,
                    nearest: look.nearest,
                });
            }
            Err(RescheduleError::Unexpected(error)) if try_again(app, &error, tried).await => {}
            Err(error) => return Err(error),
        }
    }
}

/// Whether it takes place at a time of its own: not on a date, or in a week, that is the same for everybody who booked it.
pub fn takes_a_time(appointment: &appointment::Model) -> bool {
    appointment.occurrence_id.is_none() && appointment.run == 0
}

/// How long the appointment lasts, in minutes. It keeps its length, whatever has become of its service.
pub(super) fn minutes_of(appointment: &appointment::Model) -> Result<u16, Unexpected> {
    let minutes = span_of(appointment)?.duration().as_mins();
    u16::try_from(minutes)
        .map_err(|_| Unexpected::Inconsistent(format!("appointment {} lasts {minutes} minutes", appointment.id)))
}

async fn try_move(app: &TimeTap, id: Uuid, actor: &Actor<'_>, goal: &Goal<'_>) -> Result<Outcome, RescheduleError> {
    let start = goal.start;
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    let now = app.clock.now();
    // The order first, host and room second, the appointment last: the same order everywhere, so that nobody waits in a circle.
    lock_order(&txn, id).await.map_err(Unexpected::from)?;
    let (host_id, room_id) = match find_booking(&txn, id, actor).await? {
        Some(found) => (found.host_id, found.room_id),
        None => return Err(RescheduleError::NotFound),
    };
    let resources = Resources {
        hosts: [host_id].into(),
        rooms: room_id.into_iter().collect(),
        ..Resources::default()
    };
    lock_resources(&txn, &resources).await.map_err(Unexpected::from)?;
    let Some(was) = find_appointment_to_change(&txn, id).await.map_err(Unexpected::from)? else {
        return Err(RescheduleError::NotFound);
    };
    match was.status.as_str() {
        "scheduled" if was.ends_at.timestamp() > now => {}
        "cancelled" => {
            return Err(RescheduleError::Closed(
                "This booking was cancelled. Please book a new time instead.".to_owned(),
            ));
        }
        _ => {
            return Err(RescheduleError::Closed(
                "This booking is over, so it can no longer be moved. Please book a new time instead.".to_owned(),
            ));
        }
    }
    if was.host_id != host_id {
        return Err(RescheduleError::Closed(
            "Somebody else has changed this booking in this moment. Please look at it again.".to_owned(),
        ));
    }
    for resource in [Some(host_id), room_id].into_iter().flatten() {
        remove_expired_holds(&txn, resource, now)
            .await
            .map_err(Unexpected::from)?;
    }
    let moment = Span { start, end: start };
    let Some(mut inputs) = load_slot_inputs(&txn, app, host_id, moment, Some(id)).await? else {
        return Err(Unexpected::Inconsistent(format!("appointment {id} has no host")).into());
    };
    if !actor.is_host()
        && let Some(late) = too_late(&was, &inputs.host, now)
    {
        return Err(RescheduleError::TooLate(late));
    }
    if was.starts_at.timestamp() == start {
        return Ok(Outcome::Done(Rescheduled::Unchanged));
    }
    if actor.is_host() {
        inputs.rules.minimum_notice = 0;
    }
    let slot = match check_slot(&inputs.rules, &inputs.calendar(), minutes_of(&was)?, start, now) {
        Ok(slot) => slot,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let to = Span {
        start: slot.start,
        end: slot.end,
    };
    let claims = [
        (
            Some(host_id),
            claim_span(&inputs.rules, slot),
            Outcome::Refused(Refusal::Booked),
        ),
        (room_id, to, Outcome::NoRoom),
    ];
    for (resource, span, refused) in claims {
        let Some(resource) = resource else { continue };
        match move_claim(&txn, id, resource, span).await {
            Ok(true) => {}
            Ok(false) => return Err(Unexpected::Inconsistent(format!("appointment {id} holds no time")).into()),
            // The rule of the database has the last word.
            Err(StoreError::Claimed) => return Ok(refused),
            Err(error) => return Err(Unexpected::from(error).into()),
        }
    }
    let customer_time_zone = match &goal.customer_zone {
        Some(zone) => zone.as_str().to_owned(),
        None => was.customer_time_zone.clone(),
    };
    let zones = Zones {
        host: &inputs.host.time_zone,
        customer: &customer_time_zone,
    };
    let done = move_appointment(&txn, &was, to, zones, now)
        .await
        .map_err(Unexpected::from)?;
    if !done {
        return Err(Unexpected::Inconsistent(format!("appointment {id} changed under its lock")).into());
    }
    if let Some(item_id) = was.order_item_id {
        move_item(&txn, item_id, to, now).await.map_err(Unexpected::from)?;
    }
    let previous = span_of(&was)?;
    let row = appointment::Model {
        starts_at: to.start.into(),
        ends_at: to.end.into(),
        host_time_zone: inputs.host.time_zone.clone(),
        customer_time_zone,
        idempotency_key: was.id.to_string(),
        sequence: was.sequence + 1,
        updated_at: now.into(),
        ..was
    };
    let zone = zone_of("hosts.time_zone", &row.host_time_zone)?;
    let by_name = name_stand_in(&txn, actor.on_hosts_side(), row.host_id).await?;
    let who = by_name.clone().unwrap_or_else(|| format!("the {}", actor.word()));
    let text = format!(
        "Moved by {who} from {} to {}.",
        format_when(previous, &zone),
        format_when(to, &zone)
    );
    note(&txn, app, &row, actor.word(), "rescheduled", text).await?;
    want_events(&txn, app, &row, true).await?;
    let event = BookingEvent::Rescheduled {
        by: actor.word().to_owned(),
        by_name,
        previous_starts_at: previous.start.as_millisecond(),
        message: goal.message.map(str::to_owned),
    };
    owe_booking_mails(&txn, app, &row, &event).await?;
    Failpoint::BeforeChangeCommitted.reach().await;
    txn.commit().await.map_err(Unexpected::from)?;
    Failpoint::ChangeCommitted.reach().await;
    Ok(Outcome::Done(Rescheduled::Moved))
}
