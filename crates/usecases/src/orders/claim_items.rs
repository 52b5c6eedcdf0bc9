//! Claims everything that an order needs in one transaction, or nothing of it.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_core::span::Span;
use timetap_store::bookings::remove_expired_holds::remove_expired_holds;
use timetap_store::orders::lock_resources::{Resources, lock_resources};
use uuid::Uuid;

use super::claim_seats::{claim_occurrence, claim_template};
use super::claim_time::claim_time;
use super::item_refusal::{ItemRefusal, RefusedItem};
use super::wanted::{Wanted, WantedTime};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// For how long something is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// While the customer pays.
    Until(Timestamp),
    /// For good: it is paid. The customer has waited, so that no notice is asked for any more.
    Firm,
}

/// What an item got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The order item.
    pub item_id: Uuid,
    /// Who serves.
    pub staff_id: Uuid,
    /// In which room.
    pub room_id: Option<Uuid>,
    /// When it happens; of a subscription the first date.
    pub span: Span,
    /// On how many days in a row.
    pub days: i64,
    /// The zone in which it is meant.
    pub time_zone: String,
}

/// Everybody and everything that `wanted` may be decided about.
pub fn resources_of(wanted: &[Wanted]) -> Resources {
    let mut resources = Resources::default();
    for item in wanted {
        match &item.time {
            WantedTime::Chosen { staff, rooms, .. } => {
                resources.hosts.extend(staff);
                resources.rooms.extend(rooms);
            }
            WantedTime::Occurrence { id, .. } => {
                resources.occurrences.insert(*id);
            }
            WantedTime::Template { id, .. } => {
                resources.templates.insert(*id);
            }
        }
    }
    resources
}

/// Claims all items on the open transaction `on`, in their order, each in the presence of those before it. Where any of them
/// cannot be had, all that cannot are named, and the caller lets go of the transaction.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn claim_items(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    wanted: &[Wanted],
    hold: Hold,
) -> Result<Result<Vec<Claimed>, Vec<RefusedItem>>, Unexpected> {
    let now = app.clock.now();
    let resources = resources_of(wanted);
    lock_resources(on, &resources).await?;
    for resource in resources.hosts.iter().chain(&resources.rooms) {
        remove_expired_holds(on, *resource, now).await?;
    }
    let (mut claimed, mut refused) = (Vec::new(), Vec::new());
    for item in wanted {
        match claim_item(on, app, item, hold, now).await? {
            Ok(done) => claimed.push(done),
            Err(refusal) => refused.push(RefusedItem {
                item_id: item.item_id,
                title: item.title.clone(),
                refusal,
            }),
        }
    }
    Ok(if refused.is_empty() { Ok(claimed) } else { Err(refused) })
}

async fn claim_item(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    item: &Wanted,
    hold: Hold,
    now: Timestamp,
) -> Result<Result<Claimed, ItemRefusal>, Unexpected> {
    match &item.time {
        WantedTime::Chosen { .. } => claim_time(on, app, item, hold, now).await,
        WantedTime::Occurrence { id, seats } => claim_occurrence(on, item.item_id, *id, *seats, hold, now).await,
        WantedTime::Template { id, seats } => claim_template(on, item.item_id, *id, *seats, hold, now).await,
    }
}
