//! Claims seats of what is dated: a camp's occurrence, or a weekly time.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_store::catalogue::call_off::list_called_off_weeks;
use timetap_store::orders::find_dated::{find_occurrence, find_template};
use timetap_store::orders::seats::{SeatPool, count_seats, take_seats};
use uuid::Uuid;

use super::claim_items::{Claimed, Hold};
use super::dated_spans::{occurrence_spans, template_spans};
use super::item_refusal::ItemRefusal;
use crate::platform::unexpected::Unexpected;

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
    if occurrence.status == "cancelled" {
        return Ok(Err(ItemRefusal::CalledOff));
    }
    if occurrence.starts_at.timestamp() <= now {
        return Ok(Err(ItemRefusal::Gone));
    }
    if let Some(refusal) = take(on, SeatPool::Occurrence(id), item_id, seats, hold, now).await? {
        return Ok(Err(refusal));
    }
    let Some(span) = occurrence_spans(&occurrence)?.first().copied() else {
        return Ok(Err(ItemRefusal::Gone));
    };
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
    let off = list_called_off_weeks(on, &[id]).await?;
    let Some(span) = template_spans(&template, &off, now, 1)?.first().copied() else {
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
