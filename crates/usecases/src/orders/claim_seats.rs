//! Claims seats of what is dated: a camp's occurrence, or a weekly time.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use sea_orm::ConnectionTrait;
use timetap_core::orders::{CampDays, weekly_dates};
use timetap_core::span::Span;
use timetap_store::entities::{occurrence, recurring_template};
use timetap_store::orders::find_dated::{find_occurrence, find_template};
use timetap_store::orders::seats::{SeatPool, count_seats, take_seats};
use uuid::Uuid;

use super::claim_items::{Claimed, Hold};
use super::item_refusal::ItemRefusal;
use crate::platform::unexpected::Unexpected;

/// A first date is looked for so far ahead.
const WEEKS_AHEAD: i64 = 60;

/// Takes `seats` of the occurrence, which is locked.
pub(super) async fn claim_occurrence(
    on: &impl ConnectionTrait,
    item_id: Uuid,
    id: Uuid,
    seats: i64,
    hold: Hold,
    now: Timestamp,
) -> Result<Result<Claimed, ItemRefusal>, Unexpected> {
    let Some(occurrence) = find_occurrence(on, id).await? else {
        return Ok(Err(ItemRefusal::Gone));
    };
    if occurrence.status != "scheduled" || occurrence.starts_at.timestamp() <= now {
        return Ok(Err(ItemRefusal::Gone));
    }
    if let Some(refusal) = take(on, SeatPool::Occurrence(id), item_id, seats, hold, now).await? {
        return Ok(Err(refusal));
    }
    let span = first_day(&occurrence)?;
    Ok(Ok(Claimed {
        item_id,
        staff_id: occurrence.staff_id,
        room_id: occurrence.room_id,
        span,
        days: occurrence.days,
        time_zone: occurrence.time_zone,
    }))
}

/// Takes `seats` of the weekly time, which is locked, for as long as the subscription lasts.
pub(super) async fn claim_template(
    on: &impl ConnectionTrait,
    item_id: Uuid,
    id: Uuid,
    seats: i64,
    hold: Hold,
    now: Timestamp,
) -> Result<Result<Claimed, ItemRefusal>, Unexpected> {
    let Some(template) = find_template(on, id).await?.filter(|template| template.active) else {
        return Ok(Err(ItemRefusal::Gone));
    };
    let Some(span) = next_span(&template, now)? else {
        return Ok(Err(ItemRefusal::Gone));
    };
    if let Some(refusal) = take(on, SeatPool::Template(id), item_id, seats, hold, now).await? {
        return Ok(Err(refusal));
    }
    Ok(Ok(Claimed {
        item_id,
        staff_id: template.staff_id,
        room_id: template.room_id,
        span,
        days: 1,
        time_zone: template.time_zone,
    }))
}

/// The reason why there are not as many seats, or nothing where they are taken now.
async fn take(
    on: &impl ConnectionTrait,
    pool: SeatPool,
    item_id: Uuid,
    seats: i64,
    hold: Hold,
    now: Timestamp,
) -> Result<Option<ItemRefusal>, Unexpected> {
    let until = match hold {
        Hold::Until(until) => Some(until),
        Hold::Firm => None,
    };
    if take_seats(on, pool, item_id, seats, until, now).await? {
        return Ok(None);
    }
    let left = count_seats(on, pool, now).await?.map_or(0, |count| count.free);
    Ok(Some(ItemRefusal::Seats { left }))
}

/// The first day of an occurrence.
fn first_day(occurrence: &occurrence::Model) -> Result<Span, Unexpected> {
    let bad = || Unexpected::Inconsistent(format!("occurrence {}", occurrence.id));
    let days = CampDays {
        first: occurrence.first_date.parse().map_err(|_| bad())?,
        days: 1,
        from: u16::try_from(occurrence.start_minute).map_err(|_| bad())?,
        until: u16::try_from(occurrence.end_minute).map_err(|_| bad())?,
    };
    let zone = TimeZone::get(&occurrence.time_zone).map_err(|_| bad())?;
    days.spans(&zone)
        .ok()
        .and_then(|spans| spans.first().copied())
        .ok_or_else(bad)
}

/// The next date of a weekly time that has not begun; `None` where it has ended.
fn next_span(template: &recurring_template::Model, now: Timestamp) -> Result<Option<Span>, Unexpected> {
    let bad = || Unexpected::Inconsistent(format!("recurring template {}", template.id));
    let zone = TimeZone::get(&template.time_zone).map_err(|_| bad())?;
    let weekday = i8::try_from(template.weekday)
        .ok()
        .and_then(|day| Weekday::from_monday_one_offset(day).ok());
    let weekday = weekday.ok_or_else(bad)?;
    let first: Date = template.first_date.parse().map_err(|_| bad())?;
    let last: Option<Date> = template
        .last_date
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| bad())?;
    let from = first.max(zone.to_datetime(now).date());
    let until = from.saturating_add(jiff::Span::new().weeks(WEEKS_AHEAD));
    let minute = |minutes: i64| u16::try_from(minutes).map_err(|_| bad());
    let (start, length) = (minute(template.start_minute)?, minute(template.duration_minutes)?);
    for day in weekly_dates(weekday, from, last, until) {
        let days = CampDays {
            first: day,
            days: 1,
            from: start,
            until: start.saturating_add(length),
        };
        let spans = days.spans(&zone).map_err(|_| bad())?;
        if let Some(span) = spans.first().filter(|span| span.start > now) {
            return Ok(Some(*span));
        }
    }
    Ok(None)
}
