//! An order that nobody has paid: a debit that is on its way, one that failed, a payment page that is over.

use jiff::SignedDuration;
use sea_orm::ConnectionTrait;
use timetap_core::orders::Closed;
use timetap_store::entities::{order, order_item};
use timetap_store::orders::release_item::release_item;
use timetap_store::payments::holds::extend_holds;
use timetap_store::payments::save_row::save_item;

use super::fetch_truth::Truth;
use super::note_facts::Change;
use crate::jobs::{Job, When, enqueue_job};
use crate::mail::OrderEvent;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// So long is everything held while a bank debit is on its way (SEPA debits take up to five working days,
/// docs.stripe.com/payments/sepa-debit): longer than that and it may be had by others.
const DEBIT_HOLD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is said of an order that nobody has paid yet: a debit under way, one that failed, a session that is over.
pub(super) async fn apply_unpaid(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &mut order::Model,
    truth: &Truth,
    items: &mut [order_item::Model],
    changes: &mut Vec<Change>,
    news: &mut Vec<OrderEvent>,
) -> Result<(), Unexpected> {
    if order.closed_as.is_some() {
        return Ok(());
    }
    let now = app.clock.now();
    let states: Vec<&str> = truth.payments.iter().map(|seen| seen.status).collect();
    if states.contains(&"processing") {
        let until = now.saturating_add(DEBIT_HOLD).unwrap_or(now);
        let begun = payments_begun(order);
        if !begun {
            for item in items.iter() {
                extend_holds(on, item.id, until, now).await?;
            }
            order.hold_expires_at = Some(until.into());
            enqueue_job(on, app, &Job::CloseOrder { order_id: order.id }, When::At(until)).await?;
        }
        return Ok(());
    }
    let failed = states.contains(&"failed");
    let own = truth
        .sessions
        .iter()
        .find(|session| Some(&session.id) == order.stripe_session_id.as_ref());
    let over = own.is_some_and(|session| session.status.as_deref() == Some("expired"));
    if failed || over {
        close_unpaid(on, app, items).await?;
        changes.push(Change::Closed(Closed::Expired));
        news.push(if failed {
            OrderEvent::PaymentFailed
        } else {
            OrderEvent::Expired
        });
    }
    Ok(())
}

/// Whether the hold was made longer for a debit already: no session lives for more than a day.
fn payments_begun(order: &order::Model) -> bool {
    let day = SignedDuration::from_hours(24);
    order
        .hold_expires_at
        .is_some_and(|until| until.timestamp().duration_since(order.created_at.timestamp()) > day)
}

/// Lets go of everything that the items hold.
pub(super) async fn close_unpaid(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    items: &mut [order_item::Model],
) -> Result<(), Unexpected> {
    for item in items.iter_mut().filter(|item| item.status == "held") {
        release_item(on, item.id).await?;
        "released".clone_into(&mut item.status);
        item.updated_at = app.clock.now().into();
        save_item(on, item).await?;
    }
    Ok(())
}
