//! `GET /v1/checkout/sessions`.

use serde_json::Value;

use crate::stripe::{
    api::{errors::StripeError, list_objects::list_objects, params::Params},
    objects::{Kind, text},
    turn::Turn,
};

/// Sessions, by customer, payer, payment intent, subscription and status.
pub(crate) fn list(turn: &Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    let mut wanted = Vec::new();
    for name in ["customer", "payment_intent", "subscription"] {
        if let Some(value) = params.text(name)? {
            wanted.push((name, value));
        }
    }
    if let Some(status) = params.choice("status", &["complete", "expired", "open"])? {
        wanted.push(("status", status));
    }
    let email = match params.child("customer_details") {
        Some(details) => Some(details.required("email")?),
        None => None,
    };
    list_objects(&turn.world.stripe.objects, Kind::Session, params, |session| {
        wanted.iter().all(|(name, wanted)| text(session, name) == wanted)
            && email
                .as_deref()
                .is_none_or(|email| text(&session["customer_details"], "email") == email)
    })
}
