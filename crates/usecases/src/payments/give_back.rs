//! The job that gives money back, once: it looks at Stripe before it asks, and asks under a key of its own.

use jiff::SignedDuration;
use sea_orm::ConnectionTrait;
use timetap_core::orders::Dispute;
use timetap_providers::stripe::{StripeClient, StripeError};
use timetap_store::entities::{order, payment, refund};
use timetap_store::orders::find_order::{find_order, find_order_to_change};
use timetap_store::payments::find_payment::list_payments;
use timetap_store::payments::refunds::find_refund;
use timetap_store::payments::save_row::save_refund;
use uuid::Uuid;

use super::fetch_truth::Hints;
use super::look_at_payment::look_with;
use super::stripe_outcome::{not_configured, outcome_of, outcome_of_look};
use crate::jobs::JobOutcome;
use crate::mail::{OrderEvent, owe_order_mails};
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// While a bank holds the money nothing can be given back; so often it is looked at again.
const WHILE_DISPUTED: SignedDuration = SignedDuration::from_hours(6);
/// Nothing is given back because the customer has the money already: nobody need do anything.
pub(crate) const DISPUTE_LOST: &str = "dispute_lost";

/// Makes one attempt at the refund of this id.
///
/// # Errors
/// The database refuses.
pub async fn give_back(app: &TimeTap, refund_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let on = app.db.reader();
    let Some(refund) = find_refund(on, refund_id).await? else {
        return Ok(JobOutcome::Done);
    };
    // What Stripe has taken on, it tells about by itself; one that failed there is a person's.
    if refund.provider_id.is_some() || !matches!(refund.status.as_str(), "wanted" | "failed") {
        return Ok(JobOutcome::Done);
    }
    let Some(order) = find_order(on, refund.order_id).await? else {
        return Ok(JobOutcome::Done);
    };
    let payments = list_payments(on, order.id).await?;
    let payment = payments
        .into_iter()
        .find(|payment| Some(payment.id) == refund.payment_id);
    let Some(stripe) = &app.stripe else {
        return Ok(not_configured());
    };
    let Some((payment, intent)) = payment.and_then(|it| it.payment_intent_id.clone().map(|intent| (it, intent))) else {
        return Ok(JobOutcome::dead("no_payment", "There is no payment to give back from."));
    };
    match order.dispute_status.as_deref() {
        Some(open) if open == Dispute::Open.as_str() => return Ok(again_later(app)),
        Some(lost) if lost == Dispute::Lost.as_str() => {
            return Ok(JobOutcome::dead(
                DISPUTE_LOST,
                "The customer's bank took the money back already, so nothing more is given back.",
            ));
        }
        _ => {}
    }
    match ask(app, stripe, &order, &refund, &payment, &intent).await? {
        None => {}
        Some(outcome) => return Ok(outcome),
    }
    let hints = Hints {
        intent: Some(intent),
        session: None,
    };
    match look_with(app, order.id, &hints).await {
        Ok(_) => {
            Failpoint::RefundNoted.reach().await;
            Ok(JobOutcome::Done)
        }
        Err(error) => outcome_of_look(error),
    }
}

fn again_later(app: &TimeTap) -> JobOutcome {
    let now = app.clock.now();
    JobOutcome::Again {
        at: now.saturating_add(WHILE_DISPUTED).unwrap_or(now),
    }
}

/// Sees to it that Stripe has the refund; `None` when it has.
async fn ask(
    app: &TimeTap,
    stripe: &StripeClient,
    order: &order::Model,
    refund: &refund::Model,
    payment: &payment::Model,
    intent: &str,
) -> Result<Option<JobOutcome>, Unexpected> {
    // Idempotency keys are forgotten after a day, and an answer of 500 is kept with its key: what there is at Stripe is the
    // only proof of what was done.
    let id = refund.id.to_string();
    let there = match stripe.list_refunds(intent).await {
        Ok(refunds) => refunds,
        Err(error) => return Ok(Some(outcome_of(&error))),
    };
    if there
        .iter()
        .any(|one| one.metadata.refund_id.as_deref() == Some(id.as_str()))
    {
        return Ok(None);
    }
    let amount = refund.amount_minor.min(payment.amount_minor);
    let key = format!("refund:{id}:{}", refund.attempts);
    Failpoint::BeforeRefund.reach().await;
    match stripe.create_refund(intent, amount, &id, &key).await {
        Ok(_) => {
            Failpoint::RefundAnswered.reach().await;
            tracing::info!(order = %order.id, refund = %refund.id, "refund: asked for");
            Ok(None)
        }
        Err(StripeError::Refused { code, .. }) if code == "charge_disputed" => {
            // Nobody has told of the dispute yet, or of another one.
            let hints = Hints {
                intent: Some(intent.to_owned()),
                session: None,
            };
            if let Err(error) = look_with(app, order.id, &hints).await {
                return outcome_of_look(error).map(Some);
            }
            let now = find_order(app.db.reader(), order.id).await?;
            let holds = [Dispute::Open.as_str(), Dispute::Lost.as_str()];
            let is_held = now.is_some_and(|order| order.dispute_status.is_some_and(|it| holds.contains(&&*it)));
            Ok(Some(if is_held {
                again_later(app)
            } else {
                JobOutcome::dead(
                    "charge_disputed",
                    "Stripe gives nothing back of a payment that was disputed. Give it back by another way.",
                )
            }))
        }
        Err(error) => {
            if error.is_kept() {
                next_key(app, refund).await?;
            }
            Ok(Some(outcome_of(&error)))
        }
    }
}

/// The next attempt asks under another key.
async fn next_key(app: &TimeTap, refund: &refund::Model) -> Result<(), Unexpected> {
    let txn = app.db.begin().await?;
    find_order_to_change(&txn, refund.order_id).await?;
    if let Some(row) = find_refund(&txn, refund.id)
        .await?
        .filter(|row| row.attempts == refund.attempts)
    {
        let row = refund::Model {
            attempts: row.attempts + 1,
            ..row
        };
        save_refund(&txn, &row).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// Notes on the open transaction that a refund was given up, where people look.
///
/// # Errors
/// The database refuses.
pub(crate) async fn fail_refund(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    refund_id: Uuid,
    code: &str,
    message: &str,
) -> Result<(), Unexpected> {
    let Some(refund) = find_refund(on, refund_id).await? else {
        return Ok(());
    };
    let order = find_order_to_change(on, refund.order_id).await?;
    let (Some(order), Some(row)) = (order, find_refund(on, refund_id).await?) else {
        return Ok(());
    };
    if row.provider_id.is_some() {
        return Ok(());
    }
    let row = refund::Model {
        status: "failed".to_owned(),
        last_error_code: Some(code.to_owned()),
        last_error: Some(message.to_owned()),
        updated_at: app.clock.now().into(),
        ..row
    };
    save_refund(on, &row).await?;
    if code == DISPUTE_LOST {
        return Ok(());
    }
    let news = OrderEvent::RefundFailed { refund_id };
    owe_order_mails(on, app, &order, &news).await
}
