//! Customers (`docs.stripe.com/api/customers`).

use serde_json::{Value, json};

use super::metadata;
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    blank::CUSTOMER,
    objects::{Kind, filled},
    turn::Turn,
};

/// Fields that are plain texts.
const TEXTS: [&str; 4] = ["email", "name", "phone", "description"];

/// `POST /v1/customers`.
pub(crate) fn create(turn: &mut Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    let mut fields = read(params, &Value::Null)?;
    params.finish()?;
    fields["preferred_locales"] = json!(params.texts("preferred_locales"));
    Ok(make(turn, fields))
}

/// A new customer with these fields.
pub(crate) fn make(turn: &mut Turn<'_>, fields: Value) -> Value {
    let mut customer = filled(CUSTOMER, fields);
    customer["id"] = json!(turn.id("cus_", 14));
    customer["created"] = json!(turn.seconds());
    customer["invoice_prefix"] = json!(turn.id("", 8).to_uppercase());
    turn.insert(Kind::Customer, &customer);
    turn.emit("customer.created", &customer);
    turn.effect("customer.created", &customer, "");
    customer
}

/// `POST /v1/customers/:id`.
pub(crate) fn update(turn: &mut Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    let before = turn.find(Kind::Customer, id)?;
    let fields = read(params, &before)?;
    params.finish()?;
    let (customer, previous) = turn.set(Kind::Customer, id, fields);
    turn.emit_update("customer.updated", &customer, previous);
    Ok(customer)
}

fn read(params: &Params, before: &Value) -> Result<Value, StripeError> {
    params.accept(&["preferred_locales", "expand"]);
    let mut fields = json!({ "metadata": metadata::merged(&before["metadata"], params, "metadata")? });
    for name in TEXTS {
        // An empty text unsets the field.
        if let Some(value) = params.raw(name) {
            fields[name] = if value.is_empty() { Value::Null } else { json!(value) };
        }
    }
    if fields["email"].as_str().is_some_and(|email| !email.contains('@')) {
        let message = format!(
            "Invalid email address: {}",
            fields["email"].as_str().unwrap_or_default()
        );
        return Err(StripeError::invalid(message).code("email_invalid").param("email"));
    }
    if let Some(address) = params.child("address") {
        fields["address"] = read_address(&address);
    }
    Ok(fields)
}

fn read_address(params: &Params) -> Value {
    let mut address = json!({});
    for name in ["city", "country", "line1", "line2", "postal_code", "state"] {
        address[name] = json!(params.raw(name).filter(|value| !value.is_empty()));
    }
    address
}
