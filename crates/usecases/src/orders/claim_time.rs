//! Claims a chosen time: of whoever may serve and has least to do, and of a room where one is needed.

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use timetap_core::orders::least_busy;
use timetap_core::slots::{Refusal, check_slot, claim_span};
use timetap_core::span::Span;
use timetap_store::bookings::insert_claim::{ClaimFor, NewClaim, insert_claim};
use timetap_store::orders::count_work::count_work;
use timetap_store::orders::is_taken::is_taken;
use uuid::Uuid;

use super::claim_items::{Claimed, Hold};
use super::item_refusal::ItemRefusal;
use super::wanted::{Wanted, WantedTime};
use crate::bookings::load_slot_inputs;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Of the work around a time so much counts when it is decided who has least to do.
const AROUND: SignedDuration = SignedDuration::from_hours(24);

/// Claims the time of `item`, which has to be a chosen one; everybody concerned is locked.
pub(super) async fn claim_time(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    item: &Wanted,
    hold: Hold,
    now: Timestamp,
) -> Result<Result<Claimed, ItemRefusal>, Unexpected> {
    let WantedTime::Chosen {
        staff,
        rooms,
        start,
        minutes,
    } = &item.time
    else {
        return Ok(Err(ItemRefusal::Gone));
    };
    let asked = in_order(on, staff, *start, now).await?;
    let mut nearest: Option<Refusal> = None;
    for host_id in asked {
        let moment = Span {
            start: *start,
            end: *start,
        };
        let Some(mut inputs) = load_slot_inputs(on, app, host_id, moment, None).await? else {
            continue;
        };
        if hold == Hold::Firm {
            inputs.rules.minimum_notice = 0;
        }
        let slot = match check_slot(&inputs.rules, &inputs.calendar(), *minutes, *start, now) {
            Ok(slot) => slot,
            Err(refusal) => {
                nearest = nearest.max(Some(refusal));
                continue;
            }
        };
        let span = claim_span(&inputs.rules, slot);
        let meeting = Span {
            start: slot.start,
            end: slot.end,
        };
        let room_id = match free_room(on, rooms, meeting, now).await? {
            Room::Unneeded => None,
            Room::Free(id) => Some(id),
            Room::None => return Ok(Err(ItemRefusal::NoRoom)),
        };
        let claim_for = match hold {
            Hold::Until(until) => ClaimFor::Item(item.item_id, until),
            Hold::Firm => ClaimFor::Paid(item.item_id),
        };
        for (resource_id, span) in [(Some(host_id), span), (room_id, meeting)] {
            let Some(resource_id) = resource_id else { continue };
            let claim = NewClaim {
                id: app.entropy.uuid(now),
                resource_id,
                span,
                claim_for,
            };
            // A refusal by the database, which only somebody who stands in no line can bring about, ends the transaction:
            // the whole is tried again, and finds the time taken.
            insert_claim(on, claim, now).await?;
        }
        return Ok(Ok(Claimed {
            item_id: item.item_id,
            staff_id: host_id,
            room_id,
            span: meeting,
            days: 1,
            time_zone: inputs.host.time_zone,
        }));
    }
    Ok(Err(nearest.map_or(ItemRefusal::Gone, ItemRefusal::Time)))
}

/// Who is asked, one after the other.
async fn in_order(
    on: &impl ConnectionTrait,
    staff: &[Uuid],
    start: Timestamp,
    now: Timestamp,
) -> Result<Vec<Uuid>, Unexpected> {
    if staff.len() < 2 {
        return Ok(staff.to_vec());
    }
    let around = Span {
        start: start.checked_sub(AROUND).unwrap_or(Timestamp::MIN),
        end: start.checked_add(AROUND).unwrap_or(Timestamp::MAX),
    };
    let mut work = Vec::with_capacity(staff.len());
    for host_id in staff {
        work.push((*host_id, count_work(on, *host_id, around, now).await?));
    }
    Ok(least_busy(&work))
}

enum Room {
    Unneeded,
    Free(Uuid),
    None,
}

async fn free_room(on: &impl ConnectionTrait, rooms: &[Uuid], span: Span, now: Timestamp) -> Result<Room, Unexpected> {
    if rooms.is_empty() {
        return Ok(Room::Unneeded);
    }
    for room in rooms {
        if !is_taken(on, *room, span, now).await? {
            return Ok(Room::Free(*room));
        }
    }
    Ok(Room::None)
}
