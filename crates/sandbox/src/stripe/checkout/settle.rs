//! A delayed payment ends, days after the session was completed (`docs.stripe.com/checkout/fulfillment`).

use serde_json::json;

use crate::stripe::{
    api::errors::StripeError,
    objects::{Kind, text},
    payments::{charge, declines::BOUNCED},
    turn::Turn,
};

/// Its time is over: it ends as the payer chose.
pub(crate) fn settle_as_planned(turn: &mut Turn<'_>, session: &str) {
    let succeeds = turn
        .world
        .stripe
        .checkouts
        .get(session)
        .is_some_and(|checkout| checkout.will_succeed);
    // Already settled by hand: nothing is left to do.
    let _ = settle(turn, session, succeeds);
}

/// Ends the payment of a session that is complete and unpaid.
pub(crate) fn settle(turn: &mut Turn<'_>, id: &str, succeeds: bool) -> Result<(), StripeError> {
    let session = turn.find(Kind::Session, id)?;
    let intent = text(&session, "payment_intent").to_owned();
    let processing = text(&turn.object(Kind::PaymentIntent, &intent), "status") == "processing";
    if !processing {
        return Err(StripeError::invalid(format!(
            "No payment of session {id} is on its way."
        )));
    }
    if succeeds {
        let at = turn.seconds();
        charge::settle(turn, &intent, at);
        let (session, _) = turn.set(Kind::Session, id, json!({ "payment_status": "paid" }));
        turn.emit("checkout.session.async_payment_succeeded", &session);
    } else {
        charge::bounce(turn, &intent, BOUNCED);
        turn.emit("checkout.session.async_payment_failed", &session);
    }
    Ok(())
}
