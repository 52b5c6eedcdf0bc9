//! Brings an order to what Stripe says, in one transaction: payments, bookings, what went back, disputes, subscriptions.
//! Doing it again changes nothing.

use sea_orm::ConnectionTrait;
use timetap_core::orders::{Closed, Dispute};
use timetap_providers::stripe::objects::Session;
use timetap_store::carts::empty_cart::empty_cart;
use timetap_store::entities::{order, order_item, payment};
use timetap_store::orders::list_items::list_items;
use timetap_store::orders::release_item::release_item;
use timetap_store::payments::find_payment::list_payments;
use timetap_store::payments::save_row::{insert_payment, save_item, save_payment};

use super::apply_refunds::apply_refunds;
use super::apply_subscription::apply_subscription;
use super::apply_unpaid::apply_unpaid;
use super::book_items::{book_items, is_undecided};
use super::compare_amounts::is_as_asked;
use super::fetch_truth::{SeenPayment, Truth};
use super::note_facts::{Change, note_facts};
use super::owe_refund::{Owed, owe_refund};
use super::tell::tell;
use crate::mail::OrderEvent;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Applies `truth` to `order`, which this transaction has locked.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub(super) async fn apply_truth(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &mut order::Model,
    truth: &Truth,
) -> Result<(), Unexpected> {
    let mut items = list_items(on, order.id).await?;
    let mut payments = list_payments(on, order.id).await?;
    let before = (order.clone(), payments.clone());
    let mut news = Vec::new();
    let first_invoice = truth.payments.iter().find(|seen| seen.session_id.is_some());
    let first_invoice = first_invoice.map(|seen| seen.provider_id.clone());
    for seen in &truth.payments {
        let was = payments
            .iter()
            .find(|row| row.provider_id == seen.provider_id)
            .map(|row| row.status.clone());
        let row = keep_payment(on, app, order, &mut payments, seen).await?;
        let renewal = seen.kind == "invoice" && first_invoice.as_deref() != Some(seen.provider_id.as_str());
        if renewal && was.as_deref() != Some(seen.status) {
            news.extend(match seen.status {
                "succeeded" => Some(OrderEvent::SubscriptionRenewed { payment_id: row.id }),
                "failed" => Some(OrderEvent::SubscriptionFailed { payment_id: row.id }),
                _ => None,
            });
        }
    }
    let mut changes = vec![Change::Money(payments.clone())];
    let confirming = if order.paid_at.is_none() { paid_by(truth) } else { None };
    if let Some((session, seen)) = confirming {
        order.stripe_session_id = Some(session.id.clone());
        order.stripe_payment_intent_id.clone_from(&seen.intent);
        order.stripe_customer_id = session.customer.as_ref().map(|customer| customer.id().to_owned());
        order.discount_minor = session.discount();
        changes.push(Change::Confirmed);
    } else if order.paid_at.is_none() {
        apply_unpaid(on, app, order, truth, &mut items, &mut changes, &mut news).await?;
    }
    let disputes = truth.payments.iter().filter_map(|seen| seen.back.as_ref()?.dispute);
    if let Some(dispute) = disputes.max_by_key(|dispute| *dispute == Dispute::Open) {
        changes.push(Change::Dispute(Some(dispute)));
    }
    let refunds_changed = apply_refunds(on, app, order, &payments, truth, &mut items, &mut news).await?;
    if let Some((session, seen)) = confirming {
        let payment = payments.iter().find(|row| row.provider_id == seen.provider_id);
        confirm(on, app, order, session, seen, payment, &mut items, &mut news).await?;
    }
    paid_twice(on, app, order, &payments).await?;
    let mut subscription_changed = false;
    if let Some(subscription) = &truth.subscription
        && (order.paid_at.is_some() || confirming.is_some())
    {
        subscription_changed = apply_subscription(on, app, order, &items, &payments, subscription, &mut news).await?;
    }
    let anything_new = refunds_changed
        || subscription_changed
        || !news.is_empty()
        || before != (order.clone(), payments)
        || changes.iter().any(|change| match change {
            Change::Asked | Change::Money(_) => false,
            Change::Confirmed | Change::Closed(_) => true,
            Change::Dispute(dispute) => order.dispute_status.as_deref() != dispute.map(Dispute::as_str),
        });
    if anything_new {
        note_facts(on, app, order, &changes).await?;
        tell(on, app, order, &news).await?;
    }
    Ok(())
}

/// The session that paid the order, with its payment.
fn paid_by(truth: &Truth) -> Option<(&Session, &SeenPayment)> {
    truth
        .sessions
        .iter()
        .filter(|session| session.is_paid())
        .find_map(|session| {
            let of_session = |seen: &&SeenPayment| {
                seen.session_id.as_deref() == Some(session.id.as_str()) && seen.status == "succeeded"
            };
            Some((session, truth.payments.iter().find(of_session)?))
        })
}

/// Writes down a payment as it stands, and gives the row.
async fn keep_payment(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    payments: &mut Vec<payment::Model>,
    seen: &SeenPayment,
) -> Result<payment::Model, Unexpected> {
    let now = app.clock.now();
    let found = payments.iter().position(|row| row.provider_id == seen.provider_id);
    let base = match found {
        Some(place) => payments[place].clone(),
        None => payment::Model {
            id: app.entropy.uuid(now),
            order_id: order.id,
            provider_id: seen.provider_id.clone(),
            kind: seen.kind.to_owned(),
            status: String::new(),
            amount_minor: 0,
            refunded_minor: 0,
            currency: String::new(),
            payment_intent_id: None,
            failure_code: None,
            period_start: None,
            period_end: None,
            created_at: now.into(),
            updated_at: now.into(),
        },
    };
    let mut row = payment::Model {
        status: seen.status.to_owned(),
        amount_minor: seen.amount,
        refunded_minor: seen.back.as_ref().map_or(base.refunded_minor, |back| back.refunded),
        currency: seen.currency.clone(),
        payment_intent_id: seen.intent.clone().or(base.payment_intent_id.clone()),
        failure_code: seen.failure.clone(),
        period_start: seen.period.map(|(start, _)| start.into()),
        period_end: seen.period.map(|(_, end)| end.into()),
        ..base.clone()
    };
    match found {
        None => {
            insert_payment(on, &row).await?;
            payments.push(row.clone());
        }
        Some(place) if row != base => {
            row.updated_at = now.into();
            save_payment(on, &row).await?;
            payments[place] = row.clone();
        }
        Some(_) => {}
    }
    Ok(row)
}

/// The order is paid: everything is booked, or goes back.
#[expect(clippy::too_many_arguments, reason = "all of it is what the transaction has read")]
async fn confirm(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    session: &Session,
    seen: &SeenPayment,
    payment: Option<&payment::Model>,
    items: &mut [order_item::Model],
    news: &mut Vec<OrderEvent>,
) -> Result<(), Unexpected> {
    if let Some(cart_id) = order.cart_id {
        empty_cart(on, cart_id, order.created_at.timestamp()).await?;
    }
    if !is_as_asked((order.total_minor, &order.currency), session, seen) {
        tracing::error!(
            order = %order.id, asked = order.total_minor, paid = seen.amount,
            "order: another amount was paid than was asked; nothing is booked and all goes back"
        );
        give_all_back(on, app, order, payment, items, ("lost", "mismatch"), news).await?;
    } else if order.closed_as.as_deref() == Some(Closed::Cancelled.as_str()) {
        give_all_back(on, app, order, payment, items, ("cancelled", "late"), news).await?;
    } else {
        let booked = book_items(on, app, order, items, payment).await?;
        if !booked.booked.is_empty() {
            news.push(OrderEvent::Confirmed);
        }
        if !booked.lost.is_empty() {
            tracing::warn!(order = %order.id, items = booked.lost.len(), "order: paid when it could not be had any more");
            news.push(OrderEvent::Lost { item_ids: booked.lost });
        }
    }
    Ok(())
}

/// Nothing is booked: what was paid goes back whole.
async fn give_all_back(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    payment: Option<&payment::Model>,
    items: &mut [order_item::Model],
    (reason, why): (&'static str, &str),
    news: &mut Vec<OrderEvent>,
) -> Result<(), Unexpected> {
    let status = if reason == "lost" { "lost" } else { "cancelled" };
    for item in items.iter_mut().filter(|item| is_undecided(item)) {
        release_item(on, item.id).await?;
        status.clone_into(&mut item.status);
        item.updated_at = app.clock.now().into();
        save_item(on, item).await?;
    }
    if let Some(payment) = payment {
        let owed = Owed {
            payment,
            item_id: None,
            reason,
            amount: payment.amount_minor,
            dedupe_key: format!("{why}:{}", payment.id),
        };
        owe_refund(on, app, order, &owed).await?;
    }
    if reason == "lost" {
        news.push(OrderEvent::Lost {
            item_ids: items.iter().map(|item| item.id).collect(),
        });
    }
    Ok(())
}

/// Money for an order that another session had paid goes back.
async fn paid_twice(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    payments: &[payment::Model],
) -> Result<(), Unexpected> {
    for payment in payments {
        let again = payment.kind == "checkout"
            && payment.status == "succeeded"
            && order.stripe_session_id.as_deref() != Some(payment.provider_id.as_str());
        if again {
            tracing::warn!(order = %order.id, "order: was paid twice; the second payment goes back");
            let owed = Owed {
                payment,
                item_id: None,
                reason: "paid_twice",
                amount: payment.amount_minor,
                dedupe_key: format!("twice:{}", payment.id),
            };
            owe_refund(on, app, order, &owed).await?;
        }
    }
    Ok(())
}
