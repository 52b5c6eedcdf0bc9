//! Metadata: at most 50 pairs, names of 40 and values of 500 characters (`docs.stripe.com/api/metadata`).

use serde_json::{Map, Value};

use crate::stripe::api::{errors::StripeError, params::Params};

const MOST: usize = 50;
const LONGEST_NAME: usize = 40;
const LONGEST_VALUE: usize = 500;

/// Metadata of a new object.
pub(crate) fn read(params: &Params, name: &str) -> Result<Value, StripeError> {
    merged(&Value::Null, params, name)
}

/// Metadata of an object after an update: new pairs join, an empty value takes a pair away, an empty whole takes all.
pub(crate) fn merged(before: &Value, params: &Params, name: &str) -> Result<Value, StripeError> {
    let mut metadata = before.as_object().cloned().unwrap_or_default();
    if params.raw(name).is_some_and(|whole| whole.is_empty()) {
        metadata = Map::new();
    }
    let full = params.name(name);
    let refuse = |message: String| Err(StripeError::invalid(message).param(full.clone()));
    if let Some(pairs) = params.child(name) {
        for name in pairs.names() {
            let value = pairs.raw(&name).unwrap_or_default();
            if name.chars().count() > LONGEST_NAME {
                return refuse(format!(
                    "Metadata keys can have up to {LONGEST_NAME} characters: {name}"
                ));
            }
            if value.chars().count() > LONGEST_VALUE {
                return refuse(format!(
                    "Metadata values can have up to {LONGEST_VALUE} characters, but you passed in a value that is {} \
                     characters long for '{name}'.",
                    value.chars().count()
                ));
            }
            if value.is_empty() {
                metadata.remove(&name);
            } else {
                metadata.insert(name, Value::String(value));
            }
        }
    }
    if metadata.len() > MOST {
        return refuse(format!("You can have up to {MOST} metadata keys on an object."));
    }
    Ok(Value::Object(metadata))
}
