//! Takes the time of people and rooms for dates that stand, or says when they are busy.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_core::span::Span;
use timetap_store::bookings::insert_claim::{ClaimFor, NewClaim, insert_claim};
use timetap_store::bookings::remove_expired_holds::remove_expired_holds;
use timetap_store::orders::is_taken::is_taken;
use timetap_store::orders::lock_resources::{Resources, lock_resources};
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Whose time is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who {
    pub(super) staff_id: Uuid,
    pub(super) room_id: Option<Uuid>,
}

/// Who is busy, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Busy {
    Staff(Span),
    Room(Span),
}

/// From here on nobody else decides about these people and rooms, until the transaction ends. All that a transaction needs
/// are named at once, so that nobody waits in a circle. Holds of theirs that have run out are gone afterwards.
pub(super) async fn lock(
    on: &impl ConnectionTrait,
    hosts: BTreeSet<Uuid>,
    room: Option<Uuid>,
    template: Option<Uuid>,
    now: Timestamp,
) -> Result<(), Unexpected> {
    let resources = Resources {
        hosts,
        rooms: room.into_iter().collect(),
        templates: template.into_iter().collect(),
        ..Resources::default()
    };
    lock_resources(on, &resources).await?;
    for resource in resources.hosts.iter().chain(&resources.rooms) {
        remove_expired_holds(on, *resource, now).await?;
    }
    Ok(())
}

/// As [`lock`], for what a form names; what is no id is nobody, and refused later with words.
pub(super) async fn lock_named(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    staff: &str,
    room: &str,
    now: Timestamp,
) -> Result<(), Unexpected> {
    let hosts = [Some(host_id), staff.trim().parse().ok()];
    lock(
        on,
        hosts.into_iter().flatten().collect(),
        room.trim().parse().ok(),
        None,
        now,
    )
    .await
}

/// The first of `days` at which somebody is busy.
pub(super) async fn find_busy(
    on: &impl ConnectionTrait,
    who: Who,
    days: &[Span],
    now: Timestamp,
) -> Result<Option<Busy>, Unexpected> {
    for day in days {
        if is_taken(on, who.staff_id, *day, now).await? {
            return Ok(Some(Busy::Staff(*day)));
        }
        if let Some(room) = who.room_id
            && is_taken(on, room, *day, now).await?
        {
            return Ok(Some(Busy::Room(*day)));
        }
    }
    Ok(None)
}

/// Takes all of `days`, which were found free under the lock.
pub(super) async fn take_days(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    occurrence_id: Uuid,
    who: Who,
    days: &[Span],
    now: Timestamp,
) -> Result<(), Unexpected> {
    for span in days {
        for resource_id in [Some(who.staff_id), who.room_id].into_iter().flatten() {
            let claim = NewClaim {
                id: app.entropy.uuid(now),
                resource_id,
                span: *span,
                claim_for: ClaimFor::Occurrence(occurrence_id),
            };
            insert_claim(on, claim, now).await?;
        }
    }
    Ok(())
}
