//! A subscription ends: at once by `DELETE /v1/subscriptions/:id`, at the end of a period, or for want of payment.

use serde_json::{Value, json};

use super::invoice::subscription_of;
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    objects::{Kind, text},
    turn::Turn,
};

/// DELETE: one that has ended is no longer found, as at Stripe.
pub(crate) fn cancel(turn: &mut Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    let subscription = turn.find(Kind::Subscription, id)?;
    // Nothing is prorated and nothing billed in between, so there is nothing to bill now.
    params.accept(&["invoice_now", "prorate"]);
    let details = read_details(params, &subscription)?;
    params.finish()?;
    if text(&subscription, "status") == "canceled" {
        return Err(StripeError::no_such(Kind::Subscription, id));
    }
    turn.set(Kind::Subscription, id, json!({ "cancellation_details": details }));
    Ok(end(turn, id, "cancellation_requested"))
}

/// `cancellation_details`, joined to those there are.
pub(super) fn read_details(params: &Params, subscription: &Value) -> Result<Value, StripeError> {
    const FEEDBACK: [&str; 8] = [
        "customer_service",
        "low_quality",
        "missing_features",
        "other",
        "switched_service",
        "too_complex",
        "too_expensive",
        "unused",
    ];
    let mut details = subscription["cancellation_details"].clone();
    if let Some(given) = params.child("cancellation_details") {
        if let Some(comment) = given.raw("comment") {
            details["comment"] = json!(Some(comment).filter(|comment| !comment.is_empty()));
        }
        if let Some(feedback) = given.choice("feedback", &FEEDBACK)? {
            details["feedback"] = json!(feedback);
        }
    }
    Ok(details)
}

/// Ends it now: `customer.subscription.deleted`. What was not paid is not asked for any more.
pub(crate) fn end(turn: &mut Turn<'_>, id: &str, reason: &str) -> Value {
    let subscription = turn.object(Kind::Subscription, id);
    let mut details = subscription["cancellation_details"].clone();
    details["reason"] = json!(reason);
    let asked = subscription["canceled_at"].as_i64();
    let fields = json!({
        "canceled_at": asked.unwrap_or(turn.moment),
        "cancellation_details": details,
        "ended_at": turn.moment,
        "status": "canceled",
    });
    let (subscription, _) = turn.set(Kind::Subscription, id, fields);
    let invoices = turn.world.stripe.objects.of(Kind::Invoice);
    let unpaid: Vec<_> = invoices
        .filter(|invoice| subscription_of(invoice) == id && matches!(text(invoice, "status"), "draft" | "open"))
        .map(|invoice| text(invoice, "id").to_owned())
        .collect();
    for invoice in unpaid {
        let fields = json!({ "auto_advance": false, "automatically_finalizes_at": null, "next_payment_attempt": null });
        turn.set(Kind::Invoice, &invoice, fields);
    }
    turn.effect("subscription.deleted", &subscription, "");
    turn.emit("customer.subscription.deleted", &subscription);
    subscription
}
