//! What calling a date off would mean, and how far it got where that was done: the same rows, read before and after.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_core::money::Money;
use timetap_core::span::Span;
use timetap_core::text::ZoneName;
use timetap_store::accounts::find_user::find_user;
use timetap_store::catalogue::call_off::{list_date_bookings, list_refunds_by_key, list_unpaid_items};
use timetap_store::entities::{appointment, occurrence, order, refund};
use timetap_store::orders::find_order::find_order;
use timetap_store::payments::subscriptions::find_item;
use uuid::Uuid;

use super::date_access::find_date_for;
use super::list_dates::Names;
use crate::carts::currency_of;
use crate::payments::{refund_by_host, refund_key};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A date with what is booked on it.
#[derive(Clone, Debug)]
pub struct CallOffView {
    /// The service's title.
    pub title: String,
    /// The service.
    pub service_id: Uuid,
    /// Whether it is one week of a weekly time.
    pub is_week: bool,
    /// From the first beginning to the last end.
    pub span: Span,
    /// The zone it is meant in.
    pub zone: ZoneName,
    /// Who serves.
    pub staff: String,
    /// The room.
    pub room: Option<String>,
    /// Whether it has begun.
    pub begun: bool,
    /// What is booked and stands, or stood until the date was called off.
    pub bookings: Vec<CalledOffBooking>,
    /// Orders with seats on it that wait to be paid.
    pub unpaid: usize,
    /// Where it was called off: by whom, when, and in which words.
    pub called_off: Option<CalledOff>,
}

/// That a date was called off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalledOff {
    /// When.
    pub at: Timestamp,
    /// By whom, as far as that is known.
    pub by: Option<String>,
    /// What the customers were told.
    pub message: Option<String>,
}

/// One booking on the date.
#[derive(Clone, Debug)]
pub struct CalledOffBooking {
    /// The order's number.
    pub order_number: String,
    /// Who booked.
    pub customer_name: String,
    /// Whether it is cancelled.
    pub is_cancelled: bool,
    /// All that goes back for it; nothing where nothing was paid.
    pub money: Option<Money>,
    /// How giving it back stands: `wanted`, `pending`, `succeeded` or `failed`, as in `refunds.status`.
    pub refund: Option<String>,
    /// Why it was not taken, in words.
    pub problem: Option<String>,
}

impl CallOffView {
    /// How many bookings are cancelled by now.
    pub fn cancelled(&self) -> usize {
        self.bookings.iter().filter(|booking| booking.is_cancelled).count()
    }

    /// How many bookings have money to go back, and of how many it is back.
    pub fn refunds(&self) -> (usize, usize) {
        let paid = self.bookings.iter().filter(|booking| booking.money.is_some());
        let back = paid.clone().filter(|booking| booking.is_back());
        (paid.count(), back.count())
    }

    /// All that goes back, by currency.
    pub fn money(&self) -> Vec<Money> {
        add_up(self.bookings.iter().filter_map(|booking| booking.money))
    }

    /// What is back of it, by currency.
    pub fn money_back(&self) -> Vec<Money> {
        let back = self.bookings.iter().filter(|booking| booking.is_back());
        add_up(back.filter_map(|booking| booking.money))
    }

    /// Whether nothing is left to be done by itself.
    pub fn is_settled(&self) -> bool {
        self.unpaid == 0
            && self
                .bookings
                .iter()
                .all(|one| one.is_cancelled && (one.money.is_none() || one.is_back() || one.has_failed()))
    }
}

impl CalledOffBooking {
    /// Whether its money is back.
    pub fn is_back(&self) -> bool {
        self.refund.as_deref() == Some("succeeded")
    }

    /// Whether giving it back was given up, so that a person has to.
    pub fn has_failed(&self) -> bool {
        self.refund.as_deref() == Some("failed")
    }
}

fn add_up(amounts: impl Iterator<Item = Money>) -> Vec<Money> {
    let mut sums = BTreeMap::new();
    for amount in amounts {
        *sums.entry(amount.currency).or_insert(0_i64) += amount.minor;
    }
    sums.into_iter()
        .map(|(currency, minor)| Money { minor, currency })
        .collect()
}

/// The date, for those who may call it off; `None` for everybody else as for a date that does not exist.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn view_call_off(app: &TimeTap, user_id: Uuid, date_id: Uuid) -> Result<Option<CallOffView>, Unexpected> {
    let (on, now) = (app.db.reader(), app.clock.now());
    let Some((date, service)) = find_date_for(on, user_id, date_id).await? else {
        return Ok(None);
    };
    let called_off = called_off(on, &date).await?;
    let concerned: Vec<appointment::Model> = list_date_bookings(on, &date)
        .await?
        .into_iter()
        .filter(|booking| is_concerned(booking, called_off.as_ref()))
        .collect();
    let keys = concerned.iter().map(|booking| refund_key(booking.id));
    let refunds = list_refunds_by_key(on, keys.collect()).await?;
    let mut bookings = Vec::with_capacity(concerned.len());
    for booking in &concerned {
        if let Some(order) = order_of(on, booking).await? {
            bookings.push(view_booking(on, booking, &order, &refunds).await?);
        }
    }
    let mut unpaid: Vec<Uuid> = list_unpaid_items(on, date_id)
        .await?
        .into_iter()
        .map(|item| item.order_id)
        .collect();
    unpaid.dedup();
    let names = Names::load(app, now).await?;
    Ok(Some(CallOffView {
        title: service.title,
        service_id: service.id,
        is_week: date.template_id.is_some(),
        span: Span {
            start: date.starts_at.timestamp(),
            end: date.ends_at.timestamp(),
        },
        zone: ZoneName::parse(&date.time_zone)
            .map_err(|_| Unexpected::Inconsistent(format!("occurrences.time_zone of {}", date.id)))?,
        staff: names.staff(date.staff_id),
        room: names.room(date.room_id),
        begun: date.starts_at.timestamp() <= now,
        bookings,
        unpaid: unpaid.len(),
        called_off,
    }))
}

async fn called_off(on: &impl ConnectionTrait, date: &occurrence::Model) -> Result<Option<CalledOff>, Unexpected> {
    if date.status != "cancelled" {
        return Ok(None);
    }
    let by = match date.cancelled_by {
        Some(id) => find_user(on, id).await?.map(|account| account.name),
        None => None,
    };
    Ok(Some(CalledOff {
        at: date.cancelled_at.unwrap_or(date.updated_at).timestamp(),
        by,
        message: date.cancel_message.clone(),
    }))
}

/// Bookings that stand, and those that were cancelled with the date; not those that were cancelled before.
fn is_concerned(booking: &appointment::Model, called_off: Option<&CalledOff>) -> bool {
    match booking.status.as_str() {
        "scheduled" => true,
        "cancelled" => called_off.is_some_and(|date| {
            booking.cancelled_by.as_deref() == Some("host")
                && booking.cancelled_at.is_some_and(|at| at.timestamp() >= date.at)
        }),
        _ => false,
    }
}

async fn order_of(on: &impl ConnectionTrait, booking: &appointment::Model) -> Result<Option<order::Model>, Unexpected> {
    let item = match booking.order_item_id {
        Some(id) => find_item(on, id).await?,
        None => None,
    };
    match item {
        Some(item) => Ok(find_order(on, item.order_id).await?),
        None => Ok(None),
    }
}

async fn view_booking(
    on: &impl ConnectionTrait,
    booking: &appointment::Model,
    order: &order::Model,
    refunds: &[refund::Model],
) -> Result<CalledOffBooking, Unexpected> {
    let key = refund_key(booking.id);
    let refund = refunds.iter().find(|refund| refund.dedupe_key == key);
    let is_cancelled = booking.status == "cancelled";
    let minor = match refund {
        Some(refund) => refund.amount_minor,
        None if is_cancelled => 0,
        None => refund_by_host(on, order, booking).await?,
    };
    let currency = currency_of(refund.map_or(&order.currency, |refund| &refund.currency))?;
    Ok(CalledOffBooking {
        order_number: order.number.clone(),
        customer_name: booking.customer_name.clone(),
        is_cancelled,
        money: (minor > 0).then_some(Money { minor, currency }),
        refund: refund.map(|refund| refund.status.clone()),
        problem: refund
            .filter(|refund| refund.status == "failed")
            .and_then(|refund| refund.last_error.clone()),
    })
}
