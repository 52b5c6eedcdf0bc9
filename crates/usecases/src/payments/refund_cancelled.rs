//! What goes back when something that was paid is cancelled.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_core::money::Money;
use timetap_core::orders::{refund_share, share_out};
use timetap_store::entities::{appointment, order, order_item, payment};
use timetap_store::hosts::find_service::find_service_row;
use timetap_store::orders::find_order::find_order;
use timetap_store::orders::list_items::list_items;
use timetap_store::orders::list_orders::find_item_order;
use timetap_store::orders::release_item::release_item;
use timetap_store::payments::find_payment::list_payments;
use timetap_store::payments::refunds::list_refunds;
use timetap_store::payments::save_row::save_item;
use uuid::Uuid;

use super::book_items::{is_weekly, price};
use super::owe_refund::{Owed, owe_refund};
use crate::carts::currency_of;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What an appointment was paid with.
pub(super) struct Share {
    pub(super) payment: payment::Model,
    pub(super) amount: i64,
}

/// By which key the refund of a cancelled appointment is known: there is one at most.
pub(crate) fn refund_key(appointment_id: Uuid) -> String {
    format!("cancelled:{appointment_id}")
}

/// Owes what goes back for an appointment of `order` that has just been cancelled on the open transaction, which has locked
/// the order; its item is over then, unless it is one week of many.
pub(crate) async fn refund_cancelled(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    appointment: &appointment::Model,
    by_host: bool,
) -> Result<(), Unexpected> {
    let items = list_items(on, order.id).await?;
    let Some(item) = items.iter().find(|item| Some(item.id) == appointment.order_item_id) else {
        return Ok(());
    };
    let share = share_of(on, order, &items, item, appointment.starts_at.timestamp()).await?;
    let now = app.clock.now();
    if let Some(share) = share {
        let amount = if by_host {
            share.amount
        } else {
            by_policy(on, item, share.amount, appointment.starts_at.timestamp(), now).await?
        };
        let owed = Owed {
            payment: &share.payment,
            item_id: Some(item.id),
            reason: "cancelled",
            amount: amount.min(left_of(on, order, &share.payment).await?),
            dedupe_key: refund_key(appointment.id),
        };
        owe_refund(on, app, order, &owed).await?;
    }
    if !is_weekly(item) {
        release_item(on, item.id).await?;
        let row = order_item::Model {
            status: "cancelled".to_owned(),
            updated_at: now.into(),
            ..item.clone()
        };
        save_item(on, &row).await?;
    }
    Ok(())
}

/// What goes back of what was paid for an item, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CancelRefund {
    /// What goes back.
    pub amount: i64,
    /// What was paid for it, discounts taken off.
    pub paid: i64,
}

/// What would go back if the customer cancelled this item now.
///
/// # Errors
/// The database refuses.
pub async fn refund_on_cancel(app: &TimeTap, order_id: Uuid, item_id: Uuid) -> Result<CancelRefund, Unexpected> {
    match find_order(app.db.reader(), order_id).await? {
        Some(order) => refund_of_item(app, &order, item_id).await,
        None => Ok(CancelRefund::default()),
    }
}

async fn refund_of_item(app: &TimeTap, order: &order::Model, item_id: Uuid) -> Result<CancelRefund, Unexpected> {
    let on = app.db.reader();
    let items = list_items(on, order.id).await?;
    let Some(item) = items.iter().find(|item| item.id == item_id && item.status == "booked") else {
        return Ok(CancelRefund::default());
    };
    let starts = item.starts_at.timestamp();
    match share_of(on, order, &items, item, starts).await? {
        Some(share) if !is_weekly(item) => {
            let amount = by_policy(on, item, share.amount, starts, app.clock.now()).await?;
            Ok(CancelRefund {
                amount: amount.min(left_of(on, order, &share.payment).await?),
                paid: share.amount,
            })
        }
        _ => Ok(CancelRefund::default()),
    }
}

/// The same for a booking, in words of money; `None` where it was not ordered. Of one week of many nothing goes back.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn refund_of_booking(
    app: &TimeTap,
    appointment: &appointment::Model,
) -> Result<Option<(Money, Money)>, Unexpected> {
    let order = find_order_of(app.db.reader(), appointment).await?;
    let (Some(order), Some(item_id)) = (order, appointment.order_item_id) else {
        return Ok(None);
    };
    let refund = refund_of_item(app, &order, item_id).await?;
    let currency = currency_of(&order.currency)?;
    let money = |minor| Money { minor, currency };
    Ok(Some((money(refund.amount), money(refund.paid))))
}

/// What goes back to the customer when the host's side cancels this booking now: all that was paid for it. `None` where it was
/// not ordered.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn refund_if_host_cancels(
    app: &TimeTap,
    appointment: &appointment::Model,
) -> Result<Option<Money>, Unexpected> {
    let on = app.db.reader();
    let Some(order) = find_order_of(on, appointment).await? else {
        return Ok(None);
    };
    let minor = refund_by_host(on, &order, appointment).await?;
    let currency = currency_of(&order.currency)?;
    Ok(Some(Money { minor, currency }))
}

async fn find_order_of(
    on: &impl ConnectionTrait,
    appointment: &appointment::Model,
) -> Result<Option<order::Model>, Unexpected> {
    let Some(item_id) = appointment.order_item_id else {
        return Ok(None);
    };
    match find_item_order(on, item_id).await? {
        Some(id) => Ok(find_order(on, id).await?),
        None => Ok(None),
    }
}

/// What goes back when the host cancels this appointment of `order` now, in minor units: all that was paid for it.
pub(crate) async fn refund_by_host(
    on: &impl ConnectionTrait,
    order: &order::Model,
    appointment: &appointment::Model,
) -> Result<i64, Unexpected> {
    let items = list_items(on, order.id).await?;
    let Some(item) = items.iter().find(|item| Some(item.id) == appointment.order_item_id) else {
        return Ok(0);
    };
    match share_of(on, order, &items, item, appointment.starts_at.timestamp()).await? {
        Some(share) => Ok(share.amount.min(left_of(on, order, &share.payment).await?)),
        None => Ok(0),
    }
}

/// The payment that paid for an item at this time, and the item's part of it. Of a subscription it is the bill of that week.
pub(super) async fn share_of(
    on: &impl ConnectionTrait,
    order: &order::Model,
    items: &[order_item::Model],
    item: &order_item::Model,
    starts: Timestamp,
) -> Result<Option<Share>, Unexpected> {
    let payments = list_payments(on, order.id).await?;
    let mut paid = payments.into_iter().filter(|payment| payment.status == "succeeded");
    let covers = |payment: &payment::Model| match (payment.period_start, payment.period_end) {
        (Some(from), Some(until)) => from.timestamp() <= starts && starts < until.timestamp(),
        _ => false,
    };
    let payment = if is_weekly(item) {
        paid.find(covers)
    } else {
        // What is bought once is paid with the first payment, whatever is paid later.
        paid.find(|payment| payment.kind == "invoice" || order.stripe_session_id.as_ref() == Some(&payment.provider_id))
    };
    let Some(payment) = payment else { return Ok(None) };
    // Later bills are for the weekly things alone.
    let later = payment.kind == "invoice" && payment.amount_minor != order.total_minor - order.discount_minor;
    let prices: Vec<i64> = items
        .iter()
        .map(|one| if later && !is_weekly(one) { 0 } else { price(one) })
        .collect();
    let place = items.iter().position(|one| one.id == item.id).unwrap_or_default();
    let amount = share_out(payment.amount_minor, &prices)
        .get(place)
        .copied()
        .unwrap_or(0);
    Ok(Some(Share { payment, amount }))
}

/// What the refund rules leave of `paid` to a customer who cancels now: those under which it was bought. They stay with what was
/// bought when the service's are changed, and when the booking becomes another service: the customer agreed to them when
/// paying, and chose neither of the two.
async fn by_policy(
    on: &impl ConnectionTrait,
    item: &order_item::Model,
    paid: i64,
    starts: Timestamp,
    now: Timestamp,
) -> Result<i64, Unexpected> {
    if is_weekly(item) {
        return Ok(0);
    }
    let (until_minutes, late_percent) = match (item.refund_until_minutes, item.late_refund_percent) {
        (Some(until_minutes), Some(late_percent)) => (until_minutes, late_percent),
        // Ordered by a version that did not note them.
        _ => match find_service_row(on, item.service_id).await? {
            Some(service) => (service.refund_until_minutes, service.late_refund_percent),
            None => return Ok(paid),
        },
    };
    Ok(refund_share(paid, starts, now, until_minutes, late_percent))
}

/// What has neither gone back of a payment nor is about to.
pub(super) async fn left_of(
    on: &impl ConnectionTrait,
    order: &order::Model,
    payment: &payment::Model,
) -> Result<i64, Unexpected> {
    let refunds = list_refunds(on, order.id).await?;
    let going: i64 = refunds
        .iter()
        .filter(|refund| refund.payment_id == Some(payment.id) && refund.status != "failed")
        .map(|refund| refund.amount_minor)
        .sum();
    Ok((payment.amount_minor - going).max(0))
}
