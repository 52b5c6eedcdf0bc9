//! What a customer can choose from: the free slots of a month, in the customer's zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sea_orm::ConnectionTrait;
use timetap_core::slots::{self, Refusal, Slot};
use timetap_core::span::Span;
use uuid::Uuid;

use super::load_slot_inputs::{SlotInputs, load_slot_inputs};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How far around a wanted time others are looked for.
const NEAR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How far ahead they are looked for where there are none nearby: beyond every horizon.
const FAR: SignedDuration = SignedDuration::from_hours(740 * 24);

/// An appointment that is about to be moved.
#[derive(Clone, Copy, Debug)]
pub struct Moving {
    /// The appointment; its own time is free for it.
    pub appointment_id: Uuid,
    /// Whether the host moves it, who needs no notice.
    pub by_host: bool,
}

/// The free slots of a month.
#[derive(Clone, Debug)]
pub struct MonthOffer {
    /// The first day of the month that is shown: the one asked for, or the nearest that can have slots at all.
    pub month: Date,
    /// Today in the customer's zone.
    pub today: Date,
    /// The first day of the last month that can have slots.
    pub last_month: Date,
    /// What can be booked, in order.
    pub slots: Vec<Slot>,
    /// Where the month has none: the first day of the next month that has some.
    pub next_month: Option<Date>,
    /// Whether a connected calendar of the host is not known well at the moment.
    pub calendar_troubled: bool,
    /// Whether nothing is offered because of that.
    pub calendar_unknown: bool,
    /// The last instant, as far as it is not the end of the present minute, at which all of this holds if nobody does
    /// anything.
    pub holds_until: Option<Timestamp>,
}

/// The free slots of `duration_minutes` in the month of `wanted` (this month where `None`), as `zone` divides time into
/// days and months. `None` where there is no such host.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn offer_month(
    app: &TimeTap,
    host_id: Uuid,
    duration_minutes: u16,
    zone: &TimeZone,
    wanted: Option<Date>,
    moving: Option<Moving>,
) -> Result<Option<MonthOffer>, Unexpected> {
    let on = app.db.reader();
    let now = app.clock.now();
    let today = zone.to_datetime(now).date();
    let this_month = today.first_of_month();
    let but_not = moving.map(|moving| moving.appointment_id);
    // No horizon reaches further than two years; what is asked beyond that may not even have an end.
    let furthest = this_month.saturating_add(26.months());
    let mut month = wanted
        .map_or(this_month, Date::first_of_month)
        .clamp(this_month, furthest);
    let Some(mut range) = month_range(month, zone) else {
        return Ok(None);
    };
    let Some(mut inputs) = load(on, app, host_id, range, moving).await? else {
        return Ok(None);
    };
    let horizon = end_of_horizon(&inputs, now);
    let last_month = zone.to_datetime(horizon).date().first_of_month().max(this_month);
    if month > last_month {
        // Nothing can be there, ever: the last month that can have slots is shown instead.
        month = last_month;
        let Some(last_range) = month_range(month, zone) else {
            return Ok(None);
        };
        range = last_range;
        inputs = inputs.over(on, app, range, but_not).await?;
    }
    let slots = slots::offer_slots(&inputs.rules, &inputs.calendar(), duration_minutes, range, now);
    let (calendar_troubled, calendar_unknown) = (inputs.calendar_troubled, !inputs.calendar_known);
    let mut holds_until = inputs.changes_at;
    let next_month = match Span::new(range.end, horizon) {
        Ok(rest) if slots.is_empty() && inputs.calendar_known => {
            let later = inputs.over(on, app, rest, but_not).await?;
            holds_until = holds_until.into_iter().chain(later.changes_at).min();
            slots::offer_slots(&later.rules, &later.calendar(), duration_minutes, rest, now)
                .first()
                .map(|slot| zone.to_datetime(slot.start).date().first_of_month())
        }
        _ => None,
    };
    Ok(Some(MonthOffer {
        month,
        today,
        last_month,
        slots,
        next_month,
        calendar_troubled,
        calendar_unknown,
        holds_until,
    }))
}

/// What there is to say about one wanted start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Why it cannot be had; `None` where it can, or where there is no such host.
    pub refusal: Option<Refusal>,
    /// Where it cannot be had: free slots around it, in order of time.
    pub nearest: Vec<Slot>,
}

/// Whether `wanted` can be had, and up to `count` other times where not.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn look_at(
    app: &TimeTap,
    host_id: Uuid,
    duration_minutes: u16,
    wanted: Timestamp,
    moving: Option<Moving>,
    count: usize,
) -> Result<Look, Unexpected> {
    let now = app.clock.now();
    // Nothing is near to a time long gone or far ahead: what is offered first, or last, is the nearest then.
    let near = wanted.max(now);
    let around = Span {
        start: near.checked_sub(NEAR).unwrap_or(Timestamp::MIN),
        end: near.checked_add(NEAR).unwrap_or(Timestamp::MAX),
    };
    let at_once = Span {
        start: wanted,
        end: wanted,
    };
    let Some(inputs) = load(app.db.reader(), app, host_id, at_once, moving).await? else {
        return Ok(Look::default());
    };
    let Err(refusal) = slots::check_slot(&inputs.rules, &inputs.calendar(), duration_minutes, wanted, now) else {
        return Ok(Look::default());
    };
    // What is further away matters only to who is refused.
    let but_not = moving.map(|moving| moving.appointment_id);
    let inputs = inputs.over(app.db.reader(), app, around, but_not).await?;
    let mut offered = slots::offer_slots(&inputs.rules, &inputs.calendar(), duration_minutes, around, now);
    if offered.is_empty() {
        // A host who is away for longer has the nearest times where they begin again.
        let whole = Span {
            start: now,
            end: now.checked_add(FAR).unwrap_or(Timestamp::MAX),
        };
        if let Some(inputs) = load(app.db.reader(), app, host_id, whole, moving).await? {
            offered = slots::offer_slots(&inputs.rules, &inputs.calendar(), duration_minutes, whole, now);
        }
    }
    Ok(Look {
        refusal: Some(refusal),
        nearest: slots::nearest_slots(&offered, near, count),
    })
}

async fn load(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    host_id: Uuid,
    range: Span,
    moving: Option<Moving>,
) -> Result<Option<SlotInputs>, Unexpected> {
    let but_not = moving.map(|moving| moving.appointment_id);
    let mut inputs = load_slot_inputs(on, app, host_id, range, but_not).await?;
    if let Some(inputs) = &mut inputs
        && moving.is_some_and(|moving| moving.by_host)
    {
        inputs.rules.minimum_notice = 0;
    }
    Ok(inputs)
}

/// The month as `zone` lives it; `None` at the end of representable time.
fn month_range(month: Date, zone: &TimeZone) -> Option<Span> {
    let next = month.checked_add(1.month()).ok()?;
    Span::new(start_of_day(month, zone)?, start_of_day(next, zone)?).ok()
}

/// The first instant of the day in `zone`.
pub(super) fn start_of_day(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    Some(zone.to_zoned(day.at(0, 0, 0, 0)).ok()?.timestamp())
}

/// The end of the last day on which the host can be booked.
fn end_of_horizon(inputs: &SlotInputs, now: Timestamp) -> Timestamp {
    let zone = &inputs.rules.zone;
    let last = zone
        .to_datetime(now)
        .date()
        .saturating_add(i64::from(inputs.rules.horizon_days).days());
    last.tomorrow()
        .ok()
        .and_then(|day| start_of_day(day, zone))
        .and_then(|end| end.checked_sub(SignedDuration::from_millis(1)).ok())
        .unwrap_or(now)
}
