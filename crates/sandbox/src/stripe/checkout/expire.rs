//! Sessions end unpaid: by `POST /v1/checkout/sessions/:id/expire`, or when their time is over.

use serde_json::{Value, json};

use crate::stripe::{
    api::{errors::StripeError, params::Params},
    objects::{Kind, text},
    payments::cancel_payment_intent::cancel_now,
    turn::Turn,
};

/// `POST …/expire`: only an open session.
pub(crate) fn expire(turn: &mut Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    let session = turn.find(Kind::Session, id)?;
    params.finish()?;
    let status = text(&session, "status");
    if status != "open" {
        return Err(StripeError::invalid(format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of \
             {status}."
        ))
        .at_work());
    }
    expire_now(turn, id);
    Ok(turn.object(Kind::Session, id))
}

/// Ends a session that is still open.
pub(crate) fn expire_now(turn: &mut Turn<'_>, id: &str) {
    if text(&turn.object(Kind::Session, id), "status") != "open" {
        return;
    }
    let intent = turn.state().checkouts.get_mut(id).and_then(|checkout| {
        checkout.challenge = None;
        checkout.intent.clone()
    });
    let (session, _) = turn.set(Kind::Session, id, json!({ "status": "expired", "url": null }));
    if let Some(intent) = intent {
        cancel_now(turn, &intent, Some("automatic"));
    }
    turn.effect("session.expired", &session, text(&session, "client_reference_id"));
    turn.emit("checkout.session.expired", &session);
}
