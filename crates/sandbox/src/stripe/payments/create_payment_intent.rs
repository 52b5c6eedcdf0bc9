//! Payment intents: made by the payment page, by invoices, and by hand.

use serde_json::{Value, json};

use crate::stripe::{
    api::{errors::StripeError, params::Params},
    blank::PAYMENT_INTENT,
    catalog::metadata,
    money::{LARGEST, minimum, shown},
    objects::{Kind, filled},
    turn::Turn,
};

/// A new payment intent with these fields, made at `at`.
pub(crate) fn make(turn: &mut Turn<'_>, at: i64, fields: Value) -> Value {
    let mut intent = filled(PAYMENT_INTENT, fields);
    let id = turn.id("pi_3", 23);
    intent["client_secret"] = json!(format!("{id}_secret_{}", turn.id("", 25)));
    intent["id"] = json!(id);
    intent["created"] = json!(at);
    turn.insert(Kind::PaymentIntent, &intent);
    turn.emit("payment_intent.created", &intent);
    turn.effect("payment_intent.created", &intent, "");
    intent
}

/// `POST /v1/payment_intents`: an intent that waits for a payment method. Confirming one by API is not played: payments
/// go through the payment page.
pub(crate) fn create(turn: &mut Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    params.accept(&["automatic_payment_methods"]);
    let amount = params.int("amount")?.ok_or_else(|| StripeError::missing("amount"))?;
    let currency = params.required("currency")?.to_ascii_lowercase();
    check_amount(amount, &currency, "amount")?;
    let customer = params.text("customer")?;
    if let Some(id) = &customer
        && turn.world.stripe.objects.get(Kind::Customer, id).is_none()
    {
        return Err(StripeError::no_such_at(Kind::Customer, id, "customer"));
    }
    let types = params.texts("payment_method_types");
    let types = if types.is_empty() {
        vec!["card".to_owned()]
    } else {
        types
    };
    let fields = json!({
        "amount": amount,
        "currency": currency,
        "customer": customer,
        "description": params.text("description")?,
        "metadata": metadata::read(params, "metadata")?,
        "payment_method_types": types,
        "receipt_email": params.text("receipt_email")?,
    });
    params.finish()?;
    let at = turn.seconds();
    Ok(make(turn, at, fields))
}

/// Refuses what is too small or too large to be charged.
pub(crate) fn check_amount(amount: i64, currency: &str, param: &str) -> Result<(), StripeError> {
    let least = minimum(currency);
    if amount < least {
        let message = format!("The amount must be at least {}.", shown(least, currency));
        return Err(StripeError::invalid(message).code("amount_too_small").param(param));
    }
    if amount > LARGEST {
        let message = format!("The amount must be no more than {}.", shown(LARGEST, currency));
        return Err(StripeError::invalid(message).code("amount_too_large").param(param));
    }
    Ok(())
}
