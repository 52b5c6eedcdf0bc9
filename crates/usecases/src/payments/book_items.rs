//! Books what is paid: what is still held becomes firm, what was lost in the meantime is claimed anew, and what cannot be had
//! any more goes back.

use sea_orm::ConnectionTrait;
use timetap_core::orders::share_out;
use timetap_core::span::Span;
use timetap_store::entities::{order, order_item, payment};
use timetap_store::orders::find_offer::find_offer;
use timetap_store::orders::firm_up_item::{firm_up_claims, firm_up_seats};
use timetap_store::orders::lock_resources::lock_resources;
use timetap_store::orders::release_item::release_item;
use timetap_store::payments::holds::count_holds;
use timetap_store::payments::save_row::save_item;
use uuid::Uuid;

use super::make_appointment::{Take, make_appointment};
use super::owe_refund::{Owed, owe_refund};
use crate::orders::{Claimed, Hold, Wanted, WantedTime, claim_items, resources_of};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What became of the items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Booked {
    /// Those that are booked now.
    pub booked: Vec<Uuid>,
    /// Those that could not be had any more; what was paid for them goes back.
    pub lost: Vec<Uuid>,
}

/// Books the items of `order`, which this transaction has locked and which is paid by `payment` (by nothing where there was
/// nothing to pay). Items that are booked, lost or cancelled already stay as they are.
///
/// # Errors
/// The database refuses.
pub async fn book_items(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    items: &mut [order_item::Model],
    payment: Option<&payment::Model>,
) -> Result<Booked, Unexpected> {
    let prices: Vec<i64> = items.iter().map(price).collect();
    let shares = share_out(payment.map_or(0, |payment| payment.amount_minor), &prices);
    let mut wanted = Vec::with_capacity(items.len());
    for item in items.iter() {
        wanted.push(wanted_of(on, item).await?);
    }
    lock_resources(on, &resources_of(&wanted)).await?;
    let mut got = Vec::with_capacity(items.len());
    for (item, wanted) in items.iter_mut().zip(&wanted) {
        got.push(is_undecided(item) && have(on, app, item, wanted).await?);
    }
    // A subscription is paid and ended as a whole.
    let weekly_lost = items
        .iter()
        .zip(&got)
        .any(|(item, got)| is_weekly(item) && is_undecided(item) && !got);
    let mut outcome = Booked::default();
    for ((item, got), share) in items.iter_mut().zip(got).zip(shares) {
        if !is_undecided(item) {
            continue;
        }
        let lost = !got || (weekly_lost && is_weekly(item));
        if lost {
            release_item(on, item.id).await?;
            "lost".clone_into(&mut item.status);
            if let Some(payment) = payment {
                let owed = Owed {
                    payment,
                    item_id: Some(item.id),
                    reason: "lost",
                    amount: share,
                    dedupe_key: format!("lost:{}", item.id),
                };
                owe_refund(on, app, order, &owed).await?;
            }
            outcome.lost.push(item.id);
        } else {
            firm_up_seats(on, item.id).await?;
            if !is_weekly(item) {
                let take = Take {
                    run: 0,
                    span: span_of(item)?,
                    days: item.days,
                    occurrence_id: item.occurrence_id,
                };
                let appointment = make_appointment(on, app, order, item, take).await?;
                firm_up_claims(on, item.id, appointment.id).await?;
            }
            "booked".clone_into(&mut item.status);
            outcome.booked.push(item.id);
        }
        item.updated_at = app.clock.now().into();
        save_item(on, item).await?;
    }
    Ok(outcome)
}

/// What an item costs, without discounts.
pub(super) fn price(item: &order_item::Model) -> i64 {
    item.unit_minor.saturating_mul(item.quantity)
}

/// Whether it is neither booked nor given up.
pub(super) fn is_undecided(item: &order_item::Model) -> bool {
    matches!(item.status.as_str(), "held" | "released")
}

/// Whether it is paid as it goes.
pub(super) fn is_weekly(item: &order_item::Model) -> bool {
    item.kind == "subscription"
}

/// The item's first day.
pub(super) fn span_of(item: &order_item::Model) -> Result<Span, Unexpected> {
    Span::new(item.starts_at.into(), item.ends_at.into())
        .map_err(|error| Unexpected::Inconsistent(format!("order item {}: {error}", item.id)))
}

/// Sees to it that the item has all that it needs. Whoever paid may have it, also where the time to pay is over, as long as
/// nobody else has taken it; what has begun cannot be had any more.
async fn have(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    item: &mut order_item::Model,
    wanted: &Wanted,
) -> Result<bool, Unexpected> {
    if !is_weekly(item) && item.starts_at.timestamp() <= app.clock.now() {
        return Ok(false);
    }
    let needs = match &wanted.time {
        WantedTime::Chosen { .. } => 1 + i64::from(item.room_id.is_some()),
        WantedTime::Occurrence { seats, .. } | WantedTime::Template { seats, .. } => *seats,
    };
    if count_holds(on, item.id).await? == needs {
        return Ok(true);
    }
    release_item(on, item.id).await?;
    match claim_items(on, app, std::slice::from_ref(wanted), Hold::Firm).await? {
        Err(_) => Ok(false),
        Ok(claimed) => {
            if let Some(claimed) = claimed.into_iter().next() {
                take_over(item, claimed);
            }
            Ok(true)
        }
    }
}

fn take_over(item: &mut order_item::Model, claimed: Claimed) {
    item.staff_id = claimed.staff_id;
    item.room_id = claimed.room_id;
    item.starts_at = claimed.span.start.into();
    item.ends_at = claimed.span.end.into();
    item.days = claimed.days;
    item.time_zone = claimed.time_zone;
}

/// What an item needs: the same person and time as ordered, in any of the rooms.
async fn wanted_of(on: &impl ConnectionTrait, item: &order_item::Model) -> Result<Wanted, Unexpected> {
    let time = match (item.occurrence_id, item.template_id) {
        (Some(id), _) => WantedTime::Occurrence {
            id,
            seats: item.quantity,
        },
        (None, Some(id)) => WantedTime::Template {
            id,
            seats: item.quantity,
        },
        (None, None) => {
            let offer = find_offer(on, item.service_id).await?;
            let mut rooms: Vec<Uuid> = item.room_id.into_iter().collect();
            let others = offer.iter().flat_map(|offer| &offer.rooms).map(|room| room.id);
            // Of a service that needs no room any more none is asked for, unless one is held.
            rooms.extend(others.filter(|room| Some(*room) != item.room_id));
            let minutes = span_of(item)?.duration().as_mins();
            WantedTime::Chosen {
                staff: vec![item.staff_id],
                rooms,
                start: item.starts_at.timestamp(),
                minutes: u16::try_from(minutes).unwrap_or(u16::MAX),
            }
        }
    };
    Ok(Wanted {
        item_id: item.id,
        title: item.title.clone(),
        time,
    })
}
