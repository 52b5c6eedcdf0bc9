//! `expand`: ids replaced by what they stand for (`docs.stripe.com/api/expanding_objects`).

use serde_json::Value;

use super::errors::StripeError;
use crate::stripe::{
    objects::{Kind, Objects, list_of, text},
    state::StripeState,
};

/// Stripe's deepest path.
const DEEPEST: usize = 4;

/// Expands every path in the object or list.
pub(crate) fn expand(state: &StripeState, value: &mut Value, paths: &[String]) -> Result<(), StripeError> {
    for path in paths {
        let parts: Vec<_> = path.split('.').collect();
        let (parts, depth) = match parts.split_first() {
            Some((&"data", rest)) if text(value, "object") == "list" => (rest, rest.len()),
            _ => (parts.as_slice(), parts.len()),
        };
        if depth > DEEPEST {
            return Err(StripeError::invalid(format!(
                "You cannot expand more than {DEEPEST} levels of a property. Property: {path}"
            ))
            .param("expand"));
        }
        if text(value, "object") == "list" {
            let data = value.get_mut("data").and_then(Value::as_array_mut);
            for item in data.into_iter().flatten() {
                expand_path(state, item, parts, path)?;
            }
        } else {
            expand_path(state, value, parts, path)?;
        }
    }
    Ok(())
}

fn expand_path(state: &StripeState, value: &mut Value, parts: &[&str], path: &str) -> Result<(), StripeError> {
    let Some((part, rest)) = parts.split_first() else {
        return Ok(());
    };
    include(state, value, part);
    let Some(field) = value.get_mut(*part) else {
        return Err(StripeError::invalid(format!(
            "This property cannot be expanded ({part}). You may want to try expanding another path than '{path}'."
        ))
        .param("expand"));
    };
    match field {
        Value::Null => Ok(()),
        Value::Array(items) => {
            for item in items {
                replace(&state.objects, item);
                expand_path(state, item, rest, path)?;
            }
            Ok(())
        }
        Value::Object(_) if text(field, "object") == "list" => {
            let rest = if rest.first() == Some(&"data") {
                &rest[1..]
            } else {
                rest
            };
            let items = field.get_mut("data").and_then(Value::as_array_mut);
            for item in items.into_iter().flatten() {
                expand_path(state, item, rest, path)?;
            }
            Ok(())
        }
        Value::Object(_) => expand_path(state, field, rest, path),
        Value::String(_) => {
            if !replace(&state.objects, field) {
                return Err(
                    StripeError::invalid(format!("This property cannot be expanded ({part}).")).param("expand"),
                );
            }
            expand_path(state, field, rest, path)
        }
        _ => Err(StripeError::invalid(format!("This property cannot be expanded ({part}).")).param("expand")),
    }
}

fn replace(objects: &Objects, field: &mut Value) -> bool {
    let found = field.as_str().and_then(|id| objects.any(id)).cloned();
    match found {
        Some(object) => {
            *field = object;
            true
        }
        None => false,
    }
}

/// Adds what is only sent when asked for: a session's items, a charge's refunds, an invoice's payments.
fn include(state: &StripeState, value: &mut Value, part: &str) {
    let id = text(value, "id").to_owned();
    let of = |kind: Kind, field: &str| -> Vec<Value> {
        let found = state.objects.of(kind).rev();
        found.filter(|item| text(item, field) == id).cloned().collect()
    };
    let list = match (text(value, "object"), part) {
        ("checkout.session", "line_items") => {
            let items = state.checkouts.get(&id).map(|checkout| checkout.line_items.clone());
            list_of(
                &items.unwrap_or_default(),
                &format!("/v1/checkout/sessions/{id}/line_items"),
            )
        }
        ("charge", "refunds") => list_of(&of(Kind::Refund, "charge"), &format!("/v1/charges/{id}/refunds")),
        ("invoice", "payments") => list_of(
            &of(Kind::InvoicePayment, "invoice"),
            &format!("/v1/invoice_payments?invoice={id}"),
        ),
        ("customer", "subscriptions") => list_of(
            &of(Kind::Subscription, "customer"),
            &format!("/v1/customers/{id}/subscriptions"),
        ),
        _ => return,
    };
    value[part] = list;
}
