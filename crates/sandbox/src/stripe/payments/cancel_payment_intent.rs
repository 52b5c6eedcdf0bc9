//! Cancels a payment intent (`docs.stripe.com/api/payment_intents/cancel`): only before it is paid, and never one of the
//! payment page or of an invoice.

use serde_json::{Value, json};

use crate::stripe::{
    api::{errors::StripeError, params::Params},
    objects::{Kind, text},
    turn::Turn,
};

/// `POST /v1/payment_intents/:id/cancel`.
pub(crate) fn cancel(turn: &mut Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    let intent = turn.find(Kind::PaymentIntent, id)?;
    let reasons = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];
    let reason = params.choice("cancellation_reason", &reasons)?;
    params.finish()?;
    let of_session = turn
        .world
        .stripe
        .checkouts
        .values()
        .any(|checkout| checkout.intent.as_deref() == Some(id));
    if of_session {
        return Err(StripeError::invalid(
            "You cannot cancel the PaymentIntent of a Checkout Session. Expire the Checkout Session instead.",
        )
        .at_work());
    }
    let status = text(&intent, "status");
    if !matches!(
        status,
        "requires_payment_method" | "requires_action" | "requires_confirmation"
    ) {
        return Err(StripeError::invalid(format!(
            "You cannot cancel this PaymentIntent because it has a status of {status}."
        ))
        .code("payment_intent_unexpected_state")
        .with("payment_intent", intent.clone())
        .at_work());
    }
    Ok(cancel_now(turn, id, reason.as_deref()))
}

/// Cancels an intent that is not paid.
pub(crate) fn cancel_now(turn: &mut Turn<'_>, id: &str, reason: Option<&str>) -> Value {
    let fields = json!({
        "canceled_at": turn.seconds(),
        "cancellation_reason": reason,
        "next_action": null,
        "status": "canceled",
    });
    let (intent, _) = turn.set(Kind::PaymentIntent, id, fields);
    turn.emit("payment_intent.canceled", &intent);
    intent
}
