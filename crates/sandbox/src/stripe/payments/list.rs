//! Lists of payment intents, charges, balance transactions, refunds and disputes, with their filters.

use serde_json::Value;

use crate::stripe::{
    api::{errors::StripeError, list_objects::list_objects, params::Params},
    objects::{Kind, text},
    turn::Turn,
};

/// GET on the address of one of these kinds.
pub(crate) fn list(turn: &Turn<'_>, kind: Kind, params: &Params) -> Result<Value, StripeError> {
    let names: &[&str] = match kind {
        Kind::PaymentIntent => &["customer"],
        Kind::Charge => &["customer", "payment_intent"],
        Kind::BalanceTransaction => &["source", "type", "currency"],
        _ => &["charge", "payment_intent"],
    };
    let mut wanted = Vec::new();
    for name in names {
        if let Some(value) = params.text(name)? {
            wanted.push((*name, value));
        }
    }
    list_objects(&turn.world.stripe.objects, kind, params, |value| {
        wanted.iter().all(|(name, wanted)| text(value, name) == wanted)
    })
}
