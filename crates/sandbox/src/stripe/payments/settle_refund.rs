//! What becomes of a refund after it was made: it succeeds, or it fails, even after it had succeeded
//! (`docs.stripe.com/refunds#failed-refunds`).

use serde_json::json;

use super::charge::book;
use crate::stripe::{
    api::errors::StripeError,
    objects::{Kind, number, text},
    turn::Turn,
};

/// The reasons Stripe gives.
const REASONS: [&str; 7] = [
    "lost_or_stolen_card",
    "expired_or_canceled_card",
    "charge_for_pending_refund_disputed",
    "insufficient_funds",
    "declined",
    "merchant_request",
    "unknown",
];

/// A waiting refund succeeds.
pub(crate) fn succeed(turn: &mut Turn<'_>, id: &str) -> Result<(), StripeError> {
    let refund = turn.find(Kind::Refund, id)?;
    if text(&refund, "status") != "pending" {
        return Err(StripeError::invalid(format!("The refund {id} does not wait.")));
    }
    let (refund, previous) = turn.set(Kind::Refund, id, json!({ "status": "succeeded" }));
    turn.emit_update("refund.updated", &refund, previous.clone());
    turn.emit_update("charge.refund.updated", &refund, previous);
    Ok(())
}

/// A refund fails: the money comes back to the balance, and the charge counts it as refunded no longer.
pub(crate) fn fail(turn: &mut Turn<'_>, id: &str, reason: &str) -> Result<(), StripeError> {
    let refund = turn.find(Kind::Refund, id)?;
    if !REASONS.contains(&reason) {
        let known = REASONS.join(", ");
        return Err(StripeError::invalid(format!(
            "Unknown reason \"{reason}\". Use one of: {known}."
        )));
    }
    if text(&refund, "status") == "failed" {
        return Err(StripeError::invalid(format!("The refund {id} has failed already.")));
    }
    let (amount, at) = (number(&refund, "amount"), turn.seconds());
    let booked = book(turn, id, amount, 0, at, "refund_failure", text(&refund, "currency"));
    let fields = json!({
        "failure_balance_transaction": booked["id"],
        "failure_reason": reason,
        "status": "failed",
    });
    let charge = turn.object(Kind::Charge, text(&refund, "charge"));
    let (refund, previous) = turn.set(Kind::Refund, id, fields);
    turn.effect("refund.failed", &refund, text(&charge, "id"));
    let left = number(&charge, "amount_refunded") - amount;
    let fields = json!({ "amount_refunded": left, "refunded": false });
    let (charge, before) = turn.set(Kind::Charge, text(&charge, "id"), fields);
    turn.emit_update("refund.updated", &refund, previous.clone());
    turn.emit("refund.failed", &refund);
    turn.emit_update("charge.refund.updated", &refund, previous);
    turn.emit_update("charge.updated", &charge, before);
    Ok(())
}
