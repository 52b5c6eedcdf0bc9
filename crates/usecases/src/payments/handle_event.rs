//! The job behind a message of Stripe's: finds out which order it is about, and looks how that stands.

use sea_orm::ConnectionTrait;
use timetap_providers::stripe::objects::{Invoice, Ref};
use timetap_providers::stripe::{StripeClient, StripeError};
use timetap_store::orders::find_order::{find_order, find_order_by_intent, find_order_by_session};
use timetap_store::payments::deliveries::{find_delivery, note_delivery};
use timetap_store::payments::find_payment::{find_payment_by_intent, find_payment_by_provider_id};
use timetap_store::payments::subscriptions::find_subscribed_item;
use uuid::Uuid;

use super::fetch_truth::Hints;
use super::look_at_payment::{LookError, look_with};
use super::stripe_outcome::{not_configured, outcome_of_look};
use crate::jobs::JobOutcome;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What a type of event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Session,
    Intent,
    Charge,
    Refund,
    Dispute,
    Invoice,
    Subscription,
}

impl Subject {
    /// `None` for types that change nothing here, and those that are not known.
    fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "checkout.session.completed"
            | "checkout.session.async_payment_succeeded"
            | "checkout.session.async_payment_failed"
            | "checkout.session.expired" => Self::Session,
            "payment_intent.payment_failed" => Self::Intent,
            "charge.refunded" => Self::Charge,
            "charge.refund.updated" => Self::Refund,
            "invoice.paid" | "invoice.payment_failed" => Self::Invoice,
            "customer.subscription.updated" | "customer.subscription.deleted" => Self::Subscription,
            _ if kind.starts_with("charge.dispute.") => Self::Dispute,
            _ if kind.starts_with("refund.") => Self::Refund,
            _ => return None,
        })
    }
}

/// Makes one attempt at the event of this id.
///
/// # Errors
/// The database refuses.
pub async fn handle_event(app: &TimeTap, event_id: &str) -> Result<JobOutcome, Unexpected> {
    let Some(delivery) = find_delivery(app.db.reader(), event_id).await? else {
        return Ok(JobOutcome::Done);
    };
    if matches!(delivery.state.as_str(), "done" | "ignored") {
        return Ok(JobOutcome::Done);
    }
    let (Some(subject), Some(object)) = (Subject::of(&delivery.kind), delivery.object_id.as_deref()) else {
        return noted(app, event_id, "ignored").await;
    };
    let Some(stripe) = &app.stripe else {
        return Ok(not_configured());
    };
    let found = match find_subject(app, stripe, subject, object).await {
        Ok(found) => found,
        // Such as the events that Stripe's dashboard sends to try an endpoint out.
        Err(LookError::Stripe(StripeError::NotFound)) => None,
        Err(error) => return outcome_of_look(error),
    };
    let Some((order_id, hints)) = found else {
        return noted(app, event_id, "ignored").await;
    };
    match look_with(app, order_id, &hints).await {
        Ok(_) => noted(app, event_id, "done").await,
        // Something that says to be of an order that was never here, as of another installation with the same account.
        Err(LookError::NotFound) => noted(app, event_id, "ignored").await,
        Err(error) => outcome_of_look(error),
    }
}

async fn noted(app: &TimeTap, event_id: &str, state: &str) -> Result<JobOutcome, Unexpected> {
    let txn = app.db.begin_shared().await?;
    note_delivery(&txn, event_id, state, None, app.clock.now()).await?;
    txn.commit().await?;
    Ok(JobOutcome::Done)
}

/// Notes on the open transaction that an event was given up.
///
/// # Errors
/// The database refuses.
pub(crate) async fn fail_event(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    event_id: &str,
    code: &str,
) -> Result<(), Unexpected> {
    Ok(note_delivery(on, event_id, "failed", Some(code), app.clock.now()).await?)
}

type Found = Option<(Uuid, Hints)>;

/// The order that an object of Stripe's belongs to: by what is written down here, else by what we wrote into it there.
async fn find_subject(
    app: &TimeTap,
    stripe: &StripeClient,
    subject: Subject,
    object: &str,
) -> Result<Found, LookError> {
    match subject {
        Subject::Session => of_session(app, stripe, object).await,
        Subject::Intent => of_intent(app, stripe, object).await,
        Subject::Charge => {
            let charge = stripe.retrieve_charge(object).await?;
            of_intent_of(app, stripe, charge.payment_intent.as_ref().map(Ref::id)).await
        }
        Subject::Refund => {
            let refund = stripe.retrieve_refund(object).await?;
            of_intent_of(app, stripe, refund.payment_intent.as_ref().map(Ref::id)).await
        }
        Subject::Dispute => {
            let dispute = stripe.retrieve_dispute(object).await?;
            of_intent_of(app, stripe, dispute.payment_intent.as_ref().map(Ref::id)).await
        }
        Subject::Invoice => {
            if let Some(payment) = find_payment_by_provider_id(app.db.reader(), object).await? {
                return Ok(Some((payment.order_id, Hints::default())));
            }
            let invoice = stripe.retrieve_invoice(object).await?;
            of_invoice(app, stripe, &invoice).await
        }
        Subject::Subscription => of_subscription(app, stripe, object).await,
    }
}

fn order_named(text: Option<&str>) -> Option<Uuid> {
    text?.parse().ok()
}

async fn of_session(app: &TimeTap, stripe: &StripeClient, id: &str) -> Result<Found, LookError> {
    let hints = Hints {
        session: Some(id.to_owned()),
        intent: None,
    };
    if let Some(order) = find_order_by_session(app.db.reader(), id).await? {
        return Ok(Some((order.id, hints)));
    }
    let session = stripe.retrieve_session(id).await?;
    Ok(order_named(session.client_reference_id.as_deref()).map(|order_id| (order_id, hints)))
}

async fn of_intent_of(app: &TimeTap, stripe: &StripeClient, intent: Option<&str>) -> Result<Found, LookError> {
    match intent {
        Some(intent) => of_intent(app, stripe, intent).await,
        None => Ok(None),
    }
}

async fn of_intent(app: &TimeTap, stripe: &StripeClient, id: &str) -> Result<Found, LookError> {
    let hints = Hints {
        intent: Some(id.to_owned()),
        session: None,
    };
    let on = app.db.reader();
    if let Some(payment) = find_payment_by_intent(on, id).await? {
        return Ok(Some((payment.order_id, hints)));
    }
    if let Some(order) = find_order_by_intent(on, id).await? {
        return Ok(Some((order.id, hints)));
    }
    let intent = stripe.retrieve_intent(id).await?;
    let named = order_named(intent.metadata.order_id.as_deref());
    Ok(named.map(|order_id| (order_id, hints)))
}

async fn of_invoice(app: &TimeTap, stripe: &StripeClient, invoice: &Invoice) -> Result<Found, LookError> {
    let details = invoice
        .parent
        .as_ref()
        .and_then(|parent| parent.subscription_details.as_ref());
    if let Some(order_id) = order_named(details.and_then(|details| details.metadata.order_id.as_deref())) {
        return Ok(Some((order_id, Hints::default())));
    }
    match invoice.subscription() {
        Some(subscription) => of_subscription(app, stripe, subscription).await,
        None => Ok(None),
    }
}

async fn of_subscription(app: &TimeTap, stripe: &StripeClient, id: &str) -> Result<Found, LookError> {
    if let Some(item) = find_subscribed_item(app.db.reader(), id).await? {
        return Ok(Some((item.order_id, Hints::default())));
    }
    let subscription = stripe.retrieve_subscription(id).await?;
    let order_id = order_named(subscription.metadata.order_id.as_deref());
    let Some(order_id) = order_id else { return Ok(None) };
    Ok(find_order(app.db.reader(), order_id)
        .await?
        .map(|order| (order.id, Hints::default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handled_and_what_is_let_pass() {
        for kind in [
            "checkout.session.completed",
            "charge.refund.updated",
            "refund.failed",
            "charge.dispute.funds_reinstated",
            "invoice.payment_failed",
        ] {
            assert!(Subject::of(kind).is_some(), "{kind}");
        }
        for kind in [
            "charge.succeeded",
            "invoice.created",
            "customer.created",
            "never.heard.of",
            "",
        ] {
            assert_eq!(Subject::of(kind), None, "{kind}");
        }
    }
}
