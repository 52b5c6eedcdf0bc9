//! The cart as its owner sees it, with everything that stands in the way of ordering it.

use jiff::Timestamp;
use timetap_core::money::Money;
use timetap_core::orders::{CartConflict, Participant, ServiceKind};
use timetap_store::carts::cart_items::list_cart_items;
use timetap_store::carts::find_waiting_order::list_waiting_orders;
use timetap_store::entities::{cart_item, order};
use timetap_store::orders::seats::{SeatPool, count_seats};
use uuid::Uuid;

use super::cart_conflicts::conflicts_of;
use super::cart_owner::{CartOwner, find_carts, ids};
use super::participants::open_participants;
use super::ware::{Ware, find_ware};
use crate::bookings::{Team, look_at_team};
use crate::orders::{DatedOffer, ItemRefusal, list_dates};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How many other times are named for one that is gone.
const OTHERS: usize = 3;

/// A cart.
#[derive(Clone, Debug, Default)]
pub struct CartView {
    /// What is in it, in the order in which it was put there.
    pub lines: Vec<CartLine>,
    /// Pairs that cannot be ordered together.
    pub conflicts: Vec<CartConflict>,
    /// What all of it costs, where it has one currency; of subscriptions each week.
    pub total: Option<Money>,
    /// The order that was made of it, holds its times and is not paid yet.
    pub waiting: Option<order::Model>,
}

impl CartView {
    /// Whether there is something to order, and nothing in the way of it.
    pub fn can_be_ordered(&self) -> bool {
        !self.lines.is_empty() && self.conflicts.is_empty() && self.lines.iter().all(|line| line.problem.is_none())
    }

    /// Whether it is paid every week.
    pub fn is_weekly(&self) -> bool {
        self.lines
            .iter()
            .any(|line| line.ware.kind == ServiceKind::Subscription)
    }
}

/// A thing in the cart.
#[derive(Clone, Debug)]
pub struct CartLine {
    /// The row.
    pub item: cart_item::Model,
    /// What it is.
    pub ware: Ware,
    /// Who attends, as far as that was said.
    pub participants: Vec<Participant>,
    /// Why it cannot be had.
    pub problem: Option<LineProblem>,
}

impl CartLine {
    /// What it costs.
    pub fn price(&self) -> Money {
        Money {
            minor: self.ware.price.minor.saturating_mul(self.item.quantity),
            ..self.ware.price
        }
    }
}

/// Why something cannot be had, and what could be instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// A sentence for the customer.
    pub message: String,
    /// What could be chosen instead.
    pub instead: Vec<Instead>,
}

/// Another time, or another date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// This start.
    At(Timestamp),
    /// This date or weekly time.
    Dated(Box<DatedOffer>),
}

/// The cart of `owner`. `look` says whether to find out what of it can be had at the moment.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn view_cart(app: &TimeTap, owner: &CartOwner, look: bool) -> Result<CartView, Unexpected> {
    let (on, now) = (app.db.reader(), app.clock.now());
    let carts = ids(&find_carts(on, owner).await?);
    if carts.is_empty() {
        return Ok(CartView::default());
    }
    let waiting = list_waiting_orders(on, &carts, now).await?.into_iter().next();
    let mut lines = Vec::new();
    for item in list_cart_items(on, &carts).await? {
        let Some(ware) = find_ware(on, app, &item).await? else {
            continue;
        };
        // What an order of this very cart holds is taken, by its owner.
        let problem = if look && waiting.is_none() {
            find_problem(app, &item, &ware).await?
        } else {
            None
        };
        lines.push(CartLine {
            participants: open_participants(app, &item)?,
            item,
            ware,
            problem,
        });
    }
    let conflicts = conflicts_of(&lines, |line| line.participants.clone());
    let mut currencies = lines.iter().map(|line| line.ware.price.currency);
    let total = currencies
        .next()
        .filter(|first| currencies.all(|currency| currency == *first))
        .map(|currency| Money {
            minor: lines.iter().map(|line| line.price().minor).sum(),
            currency,
        });
    Ok(CartView {
        lines,
        conflicts,
        total,
        waiting,
    })
}

/// Why a thing cannot be had at the moment.
pub(super) async fn find_problem(
    app: &TimeTap,
    item: &cart_item::Model,
    ware: &Ware,
) -> Result<Option<LineProblem>, Unexpected> {
    let title = &ware.service.title;
    let (on, now) = (app.db.reader(), app.clock.now());
    let gone = || {
        Some(LineProblem {
            message: ItemRefusal::Gone.message(title),
            instead: Vec::new(),
        })
    };
    let Some(offer) = &ware.offer else {
        return Ok(gone());
    };
    if let Some(start) = item.starts_at {
        if !ware.kind.takes_a_time() {
            return Ok(gone());
        }
        let minutes = u16::try_from(ware.service.duration_minutes).unwrap_or(u16::MAX);
        let look = look_at_team(app, &Team::of(offer), minutes, start.timestamp(), None, OTHERS).await?;
        return Ok(look.refusal.map(|refusal| LineProblem {
            message: ItemRefusal::Time(refusal).message(title),
            instead: look.nearest.iter().map(|slot| Instead::At(slot.start)).collect(),
        }));
    }
    let pool = match (item.occurrence_id, item.template_id) {
        (Some(id), _) => SeatPool::Occurrence(id),
        (None, Some(id)) => SeatPool::Template(id),
        (None, None) => return Ok(gone()),
    };
    let refusal = if ware.called_off {
        ItemRefusal::CalledOff
    } else if ware.spans.is_empty() {
        ItemRefusal::Gone
    } else {
        let left = count_seats(on, pool, now).await?.map_or(0, |count| count.free);
        if left >= item.quantity {
            return Ok(None);
        }
        ItemRefusal::Seats { left: left.max(0) }
    };
    let others = list_dates(app, &ware.service, ware.kind).await?.offers;
    let own: Option<Uuid> = item.occurrence_id.or(item.template_id);
    Ok(Some(LineProblem {
        message: refusal.message(title),
        instead: others
            .into_iter()
            .filter(|other| Some(other.id()) != own && other.free >= item.quantity)
            .take(OTHERS)
            .map(|other| Instead::Dated(Box::new(other)))
            .collect(),
    }))
}
