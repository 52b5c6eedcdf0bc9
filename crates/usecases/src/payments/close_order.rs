//! The job at the end of an order's time to pay: whoever has not paid by then cannot any more, and what was held is free.

use timetap_core::orders::Closed;
use timetap_providers::stripe::{StripeClient, StripeError};
use timetap_store::StoreError;
use timetap_store::entities::order;
use timetap_store::orders::find_order::{find_order, find_order_to_change};
use timetap_store::orders::list_items::list_items;
use uuid::Uuid;

use super::apply_unpaid::close_unpaid;
use super::look_at_payment::{LookError, look_at_payment};
use super::note_facts::{Change, note_facts};
use super::stripe_outcome::{not_configured, outcome_of, outcome_of_look};
use super::tell::tell;
use crate::jobs::JobOutcome;
use crate::mail::OrderEvent;
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Looks at the order at the end of its hold, or after it was called off.
///
/// # Errors
/// The database refuses.
pub async fn close_order(app: &TimeTap, order_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let Some(order) = find_order(app.db.reader(), order_id).await? else {
        return Ok(JobOutcome::Done);
    };
    if order.paid_at.is_some() {
        return Ok(JobOutcome::Done);
    }
    if let Some(at) = still_held(app, &order) {
        return Ok(at);
    }
    if order.stripe_session_id.is_some() {
        let Some(stripe) = &app.stripe else {
            return Ok(not_configured());
        };
        if let Some(outcome) = end_session(app, stripe, order_id).await? {
            return Ok(outcome);
        }
        Failpoint::PaymentPageEnded.reach().await;
    }
    let outcome = close(app, order_id).await?;
    Failpoint::OrderClosed.reach().await;
    Ok(outcome)
}

/// When to look again, where it is neither over nor called off.
fn still_held(app: &TimeTap, order: &order::Model) -> Option<JobOutcome> {
    let until = order.hold_expires_at?.timestamp();
    (order.closed_as.is_none() && until > app.clock.now()).then_some(JobOutcome::Again { at: until })
}

/// Sees to it that nobody can pay any more, having looked whether somebody has. `None` where it is time to close.
async fn end_session(app: &TimeTap, stripe: &StripeClient, order_id: Uuid) -> Result<Option<JobOutcome>, Unexpected> {
    match look_at_payment(app, order_id).await {
        Ok(_) => {}
        // Of another account or mode than the key's: there is no page on which anybody could pay.
        Err(LookError::Stripe(StripeError::NotFound)) => return Ok(None),
        Err(error) => return outcome_of_look(error).map(Some),
    }
    let Some(order) = find_order(app.db.reader(), order_id).await? else {
        return Ok(Some(JobOutcome::Done));
    };
    if order.paid_at.is_some() {
        return Ok(Some(JobOutcome::Done));
    }
    if let Some(again) = still_held(app, &order) {
        return Ok(Some(again));
    }
    let Some(session_id) = order.stripe_session_id else {
        return Ok(None);
    };
    let session = match stripe.retrieve_session(&session_id).await {
        Ok(session) => session,
        Err(error) => return Ok(Some(outcome_of(&error))),
    };
    if !session.is_open() {
        // Paid in this very moment, or over: looking once more tells.
        return match look_at_payment(app, order_id).await {
            Ok(_) => Ok(None),
            Err(error) => outcome_of_look(error).map(Some),
        };
    }
    match stripe.expire_session(&session_id).await {
        Ok(_) => Ok(None),
        Err(StripeError::Refused { .. }) => {
            let again = JobOutcome::backoff("stripe_refused", "The payment page ended in the same moment.");
            Ok(Some(again))
        }
        Err(error) => Ok(Some(outcome_of(&error))),
    }
}

async fn close(app: &TimeTap, order_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let txn = app.db.begin().await?;
    let Some(mut order) = find_order_to_change(&txn, order_id).await? else {
        return Ok(JobOutcome::Done);
    };
    if order.paid_at.is_some() || order.closed_as.is_some() {
        return Ok(JobOutcome::Done);
    }
    if let Some(again) = still_held(app, &order) {
        return Ok(again);
    }
    let mut items = list_items(&txn, order_id).await?;
    close_unpaid(&txn, app, &mut items).await?;
    note_facts(&txn, app, &mut order, &[Change::Closed(Closed::Expired)]).await?;
    tell(&txn, app, &order, &[OrderEvent::Expired]).await?;
    txn.commit().await.map_err(StoreError::from)?;
    app.signal.ring();
    Ok(JobOutcome::Done)
}
