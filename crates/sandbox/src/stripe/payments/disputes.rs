//! Disputes (`docs.stripe.com/disputes`): raised by the cardholder's bank, which here is the control API, and closed by
//! it, or by the merchant who accepts.

use serde_json::{Value, json};

use super::charge::book;
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    blank::DISPUTE,
    objects::{Kind, filled, number, text},
    turn::Turn,
};

const REASONS: [&str; 8] = [
    "general",
    "fraudulent",
    "duplicate",
    "product_not_received",
    "product_unacceptable",
    "credit_not_processed",
    "subscription_canceled",
    "unrecognized",
];
/// What Stripe takes for a dispute that was raised, in minor units.
const FEE: i64 = 1500;
const DAYS_TO_ANSWER: i64 = 7;

/// The bank takes the money back: `charge.dispute.created`, `charge.dispute.funds_withdrawn`.
pub(crate) fn raise(turn: &mut Turn<'_>, of: &str, reason: &str, amount: Option<i64>) -> Result<Value, StripeError> {
    let charge = match turn.world.stripe.objects.get(Kind::PaymentIntent, of) {
        Some(intent) => text(intent, "latest_charge").to_owned(),
        None => of.to_owned(),
    };
    let charge = turn.find(Kind::Charge, &charge)?;
    if charge["paid"] != true || charge["disputed"] == true {
        return Err(StripeError::invalid(
            "Only a charge that was paid can be disputed, and only once.",
        ));
    }
    if !REASONS.contains(&reason) {
        let known = REASONS.join(", ");
        return Err(StripeError::invalid(format!(
            "Unknown reason \"{reason}\". Use one of: {known}."
        )));
    }
    let whole = number(&charge, "amount");
    let amount = amount.unwrap_or(whole);
    if !(1..=whole).contains(&amount) {
        return Err(StripeError::invalid("A dispute is about no more than was paid."));
    }
    let id = turn.id("du_1", 23);
    let currency = text(&charge, "currency").to_owned();
    let at = turn.seconds();
    let mut dispute = filled(
        DISPUTE,
        json!({
            "id": id,
            "amount": amount,
            "charge": charge["id"],
            "created": at,
            "currency": currency,
            "payment_intent": charge["payment_intent"],
            "reason": reason,
        }),
    );
    dispute["evidence_details"]["due_by"] = json!(at + DAYS_TO_ANSWER * 86_400);
    turn.insert(Kind::Dispute, &dispute);
    turn.effect("dispute.created", &dispute, text(&charge, "id"));
    turn.set(Kind::Charge, text(&charge, "id"), json!({ "disputed": true }));
    turn.emit("charge.dispute.created", &dispute);
    let booked = book(turn, &id, -amount, FEE, at, "adjustment", &currency);
    let (dispute, previous) = turn.set(Kind::Dispute, &id, json!({ "balance_transactions": [booked] }));
    turn.emit_update("charge.dispute.funds_withdrawn", &dispute, previous);
    Ok(dispute)
}

/// The bank decides: `charge.dispute.closed`, and where the merchant won, `charge.dispute.funds_reinstated`.
pub(crate) fn decide(turn: &mut Turn<'_>, id: &str, won: bool) -> Result<Value, StripeError> {
    let dispute = turn.find(Kind::Dispute, id)?;
    if matches!(text(&dispute, "status"), "won" | "lost") {
        return Err(StripeError::invalid(format!("The dispute {id} is closed already."))
            .code("invalid_request")
            .at_work());
    }
    let status = if won { "won" } else { "lost" };
    let fields = json!({ "status": status, "is_charge_refundable": won });
    let (closed, previous) = turn.set(Kind::Dispute, id, fields);
    turn.emit_update("charge.dispute.closed", &closed, previous);
    if !won {
        return Ok(closed);
    }
    let at = turn.seconds();
    let booked = book(
        turn,
        id,
        number(&closed, "amount"),
        -FEE,
        at,
        "adjustment",
        text(&closed, "currency"),
    );
    let mut lines = closed["balance_transactions"].as_array().cloned().unwrap_or_default();
    lines.push(booked);
    let (dispute, previous) = turn.set(Kind::Dispute, id, json!({ "balance_transactions": lines }));
    turn.emit_update("charge.dispute.funds_reinstated", &dispute, previous);
    Ok(dispute)
}

/// `POST /v1/disputes/:id/close`: the merchant accepts the loss.
pub(crate) fn close(turn: &mut Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    turn.find(Kind::Dispute, id)?;
    params.finish()?;
    decide(turn, id, false)
}
