//! An order as its customer sees it, as those see it who serve it, and in a list.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sea_orm::EntityTrait;
use secrecy::ExposeSecret;
use timetap_core::location::LocationKind;
use timetap_core::money::{Currency, Money};
use timetap_core::orders::{OrderStatus, Participant, ServiceKind};
use timetap_core::span::Span;
use timetap_core::text::ZoneName;
use timetap_store::entities::{appointment, order, order_item, payment, refund, room, subscription};
use timetap_store::hosts::find_host::find_host;
use timetap_store::orders::find_dated::find_occurrence;
use timetap_store::orders::list_orders::{list_appointments_of, list_customer_orders, list_items_of, list_money};
use timetap_store::payments::subscriptions::find_subscription_of_item;
use uuid::Uuid;

use super::dated_spans::occurrence_spans;
use super::order_access::{Found, OrderReader, OrderSide, find_order_for};
use super::order_capability::open_capability;
use crate::bookings::{self, Actor, BookingStatus, booking_status};
use crate::payments::DISPUTE_LOST;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A customer's latest orders are listed.
const LISTED: u64 = 50;
/// See [`pay_until`].
const FOR_THE_NEWS: SignedDuration = SignedDuration::from_mins(5);
/// Of a weekly time so many dates are shown.
const DATES: usize = 4;

/// An order with everything that stands on its page.
#[derive(Clone, Debug)]
pub struct OrderView {
    /// The order.
    pub order: order::Model,
    /// Where it stands.
    pub status: OrderStatus,
    /// On which side its reader is.
    pub side: OrderSide,
    /// What was ordered, as far as the reader may see it.
    pub items: Vec<OrderItemView>,
    /// What came in.
    pub payments: Vec<payment::Model>,
    /// What goes back.
    pub refunds: Vec<refund::Model>,
    /// What it costs; of a subscription each week.
    pub total: Money,
    /// In which zone its customer reads times.
    pub zone: TimeZone,
    /// Until when it can be paid, while it is not.
    pub held_until: Option<Timestamp>,
    /// The token of the customer's link; empty for everybody else, whose it is not.
    pub capability: String,
}

/// One thing of an order.
#[derive(Clone, Debug)]
pub struct OrderItemView {
    /// The row.
    pub item: order_item::Model,
    /// What kind of thing.
    pub kind: ServiceKind,
    /// Where it takes place.
    pub location: LocationKind,
    /// The room that it takes.
    pub room: Option<room::Model>,
    /// Who serves.
    pub staff_name: String,
    /// When: the time, each day of a camp, the first dates of a weekly time.
    pub spans: Vec<Span>,
    /// In which zone it is meant.
    pub zone: TimeZone,
    /// Who takes part.
    pub participants: Vec<Participant>,
    /// What it costs.
    pub price: Money,
    /// How its weekly bills stand, where it has any.
    pub subscription: Option<subscription::Model>,
    /// Its appointments, soonest first: one, or those of a weekly time that are planned.
    pub appointments: Vec<ItemAppointment>,
}

/// An appointment of an order, and how it stands in calendars.
#[derive(Clone, Debug)]
pub struct ItemAppointment {
    /// The row.
    pub appointment: appointment::Model,
    /// Its token, for the customer; empty for everybody else.
    pub capability: String,
    /// How its calendar entry stands.
    pub status: Option<BookingStatus>,
}

impl OrderView {
    /// An amount in the order's currency.
    pub fn money(&self, minor: i64) -> Money {
        Money { minor, ..self.total }
    }

    /// Whether somebody may still pay.
    pub fn can_be_paid(&self, now: Timestamp) -> bool {
        self.status == OrderStatus::AwaitingPayment && self.held_until.is_some_and(|until| until > now)
    }

    /// Whether money is on its way: the bank takes its time.
    pub fn is_processing(&self) -> bool {
        self.status == OrderStatus::AwaitingPayment
            && self.payments.iter().any(|payment| payment.status == "processing")
    }

    /// Whether a payment that was on its way did not arrive, so that nothing is booked.
    pub fn has_failed(&self) -> bool {
        self.status == OrderStatus::Expired && self.payments.iter().any(|payment| payment.status == "failed")
    }

    /// Whether money that was to go back did not, so that it has to be given back by another way. What the customer's bank
    /// took back by itself is not meant.
    pub fn has_failed_refund(&self) -> bool {
        self.refunds
            .iter()
            .any(|refund| refund.status == "failed" && refund.last_error_code.as_deref() != Some(DISPUTE_LOST))
    }

    /// Whether every calendar entry has settled.
    pub fn calendars_settled(&self) -> bool {
        self.items
            .iter()
            .flat_map(|item| &item.appointments)
            .filter_map(|appointment| appointment.status.as_ref())
            .all(|status| status.settled || status.calendar == "added")
    }
}

/// The order, for whoever may see it; `None` for everybody else.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn view_order(app: &TimeTap, id: Uuid, reader: &OrderReader<'_>) -> Result<Option<OrderView>, Unexpected> {
    let on = app.db.reader();
    let Some(Found { order, items, side }) = find_order_for(on, id, reader).await? else {
        return Ok(None);
    };
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let mut appointments = list_appointments_of(on, &ids).await?;
    let mut shown = Vec::with_capacity(items.len());
    for item in items {
        let (own, others) = appointments
            .into_iter()
            .partition(|appointment| appointment.order_item_id == Some(item.id));
        appointments = others;
        shown.push(view_item(app, &order, side, item, own).await?);
    }
    let (payments, refunds) = list_money(on, id).await?;
    let status = status_of(&order)?;
    let capability = if side == OrderSide::Customer {
        open_capability(app, &order)?
    } else {
        String::new()
    };
    Ok(Some(OrderView {
        total: Money {
            minor: order.total_minor,
            currency: currency_of(&order)?,
        },
        zone: ZoneName::parse(&order.customer_time_zone).map_or(TimeZone::UTC, |zone| zone.time_zone().clone()),
        held_until: pay_until(&order),
        order,
        status,
        side,
        items: shown,
        payments,
        refunds,
        capability,
    }))
}

/// Until when an order can be paid: everything is held for a little longer, for the news of a payment made in the last moment.
pub fn pay_until(order: &order::Model) -> Option<Timestamp> {
    let until = order.hold_expires_at?.timestamp();
    Some(until.saturating_sub(FOR_THE_NEWS).unwrap_or(until))
}

async fn view_item(
    app: &TimeTap,
    order: &order::Model,
    side: OrderSide,
    item: order_item::Model,
    appointments: Vec<appointment::Model>,
) -> Result<OrderItemView, Unexpected> {
    let on = app.db.reader();
    let broken = |what: &str| Unexpected::Inconsistent(format!("order item {}: {what}", item.id));
    let staff = find_host(on, item.staff_id).await?.ok_or_else(|| broken("staff"))?;
    let mut spans = Vec::new();
    if let Some(id) = item.occurrence_id
        && let Some(occurrence) = find_occurrence(on, id).await?
    {
        spans = occurrence_spans(&occurrence)?;
    }
    if spans.is_empty() {
        spans.extend(Span::new(item.starts_at.into(), item.ends_at.into()));
    }
    let participants = match &item.participants_sealed {
        Some(sealed) => {
            let plain = app.keys.open(sealed, "order_items.participants_sealed", item.id)?;
            serde_json::from_str(plain.expose_secret()).map_err(|_| broken("participants"))?
        }
        None => Vec::new(),
    };
    let now = app.clock.now();
    let mut known = Vec::new();
    let soon = |appointment: &&appointment::Model| item.template_id.is_none() || appointment.ends_at.timestamp() > now;
    for appointment in appointments.iter().filter(soon).take(DATES) {
        let capability = if side == OrderSide::Customer {
            bookings::open_capability(app, appointment)?
        } else {
            String::new()
        };
        let actor = Actor::Host {
            user_id: appointment.host_id,
        };
        known.push(ItemAppointment {
            status: booking_status(app, appointment.id, &actor).await?,
            appointment: appointment.clone(),
            capability,
        });
    }
    let room = match item.room_id {
        Some(id) => room::Entity::find_by_id(id).one(on).await?,
        None => None,
    };
    let subscription = match item.template_id {
        Some(_) => find_subscription_of_item(on, item.id).await?,
        None => None,
    };
    Ok(OrderItemView {
        room,
        subscription,
        kind: item.kind.parse().map_err(|_| broken("kind"))?,
        location: item.location_kind.parse().map_err(|_| broken("location"))?,
        staff_name: staff.display_name,
        zone: TimeZone::get(&item.time_zone).map_err(|_| broken("zone"))?,
        price: Money {
            minor: item.unit_minor.saturating_mul(item.quantity),
            currency: currency_of(order)?,
        },
        spans,
        participants,
        appointments: known,
        item,
    })
}

fn status_of(order: &order::Model) -> Result<OrderStatus, Unexpected> {
    order
        .status
        .parse()
        .map_err(|_| Unexpected::Inconsistent(format!("orders.status of {}", order.id)))
}

fn currency_of(order: &order::Model) -> Result<Currency, Unexpected> {
    crate::carts::currency_of(&order.currency)
}

/// An order in a list.
#[derive(Clone, Debug)]
pub struct ListedOrder {
    /// The order.
    pub order: order::Model,
    /// Where it stands.
    pub status: OrderStatus,
    /// What it costs.
    pub total: Money,
    /// What was ordered, by title.
    pub titles: Vec<String>,
}

/// The latest orders of an account.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn list_orders(app: &TimeTap, user_id: Uuid) -> Result<Vec<ListedOrder>, Unexpected> {
    let on = app.db.reader();
    let orders = list_customer_orders(on, user_id, LISTED).await?;
    let ids: Vec<Uuid> = orders.iter().map(|order| order.id).collect();
    let items = list_items_of(on, &ids).await?;
    orders
        .into_iter()
        .map(|order| {
            Ok(ListedOrder {
                status: status_of(&order)?,
                total: Money {
                    minor: order.total_minor,
                    currency: currency_of(&order)?,
                },
                titles: items
                    .iter()
                    .filter(|item| item.order_id == order.id)
                    .map(|item| item.title.clone())
                    .collect(),
                order,
            })
        })
        .collect()
}
