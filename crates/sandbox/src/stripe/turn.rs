//! One turn at Stripe's state: the world under its lock, the present moment, and what every change does besides the
//! change: an event, an effect in the log.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use timetap_core::entropy::Entropy;

use super::{
    api::errors::StripeError,
    effects::StripeEffect,
    ids::new_id,
    objects::{Kind, number, text},
    state::StripeState,
};
use crate::{
    options::SandboxOptions,
    world::{Engine, World},
};

/// What an operation works with.
pub(crate) struct Turn<'a> {
    pub world: &'a mut World,
    pub now: Timestamp,
    /// The moment on Stripe's clock, in seconds: of subscriptions, their invoices and payments.
    pub moment: i64,
    pub entropy: &'a Entropy,
    pub options: &'a SandboxOptions,
    pub base_url: &'a str,
    pub request_id: Option<String>,
    pub idempotency_key: Option<String>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(engine: &'a Arc<Engine>, world: &'a mut World) -> Self {
        let now = engine.options.clock.now();
        Self {
            moment: now.as_second().saturating_add(world.stripe.ahead),
            world,
            now,
            entropy: &engine.options.entropy,
            options: &engine.options,
            base_url: &engine.base_url,
            request_id: None,
            idempotency_key: None,
        }
    }

    pub(crate) fn state(&mut self) -> &mut StripeState {
        &mut self.world.stripe
    }

    /// Seconds on the sandbox's clock: of everything but billing.
    pub(crate) fn seconds(&self) -> i64 {
        self.now.as_second()
    }

    pub(crate) fn id(&self, prefix: &str, length: usize) -> String {
        new_id(self.entropy, prefix, length)
    }

    /// A copy of an object; a blank where there is none.
    pub(crate) fn object(&self, kind: Kind, id: &str) -> Value {
        self.world.stripe.objects.get(kind, id).cloned().unwrap_or_default()
    }

    /// A copy of an object named in the path.
    pub(crate) fn find(&self, kind: Kind, id: &str) -> Result<Value, StripeError> {
        let found = self.world.stripe.objects.get(kind, id).cloned();
        found.ok_or_else(|| StripeError::no_such(kind, id))
    }

    pub(crate) fn insert(&mut self, kind: Kind, value: &Value) {
        self.state().objects.insert(kind, value.clone());
    }

    /// Puts fields into an object, and gives it with the values that they had before.
    pub(crate) fn set(&mut self, kind: Kind, id: &str, fields: Value) -> (Value, Value) {
        let Some(object) = self.state().objects.get_mut(kind, id) else {
            return (Value::Null, Value::Null);
        };
        let before = object.clone();
        if let (Value::Object(object), Value::Object(fields)) = (&mut *object, fields) {
            object.extend(fields);
        }
        let previous = changed(&before, object);
        (object.clone(), previous)
    }

    /// An event about the object as it is now.
    pub(crate) fn emit(&mut self, kind: &str, object: &Value) {
        super::events::emit(self, kind, object, None);
    }

    /// An event about an object that was changed.
    pub(crate) fn emit_update(&mut self, kind: &str, object: &Value, previous: Value) {
        super::events::emit(self, kind, object, Some(previous));
    }

    /// Writes into the log what came about.
    pub(crate) fn effect(&mut self, kind: &str, object: &Value, of: &str) {
        let amount = match object.get("amount_total") {
            Some(total) => total.as_i64().unwrap_or_default(),
            None => number(object, "amount"),
        };
        let row = StripeEffect {
            seq: 0,
            at: self.now,
            kind: kind.to_owned(),
            object: text(object, "id").to_owned(),
            of: Some(of.to_owned()).filter(|of| !of.is_empty()),
            amount,
            currency: text(object, "currency").to_owned(),
            idempotency_key: self.idempotency_key.clone(),
        };
        self.state().effects.record(row);
    }
}

/// The fields of `after` that differ, with their values in `before`; inside nested objects only the fields that
/// differ, whole arrays otherwise, as `previous_attributes` has them.
pub(crate) fn changed(before: &Value, after: &Value) -> Value {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        return before.clone();
    };
    let mut previous = Map::new();
    for (name, value) in new {
        let was = old.get(name).unwrap_or(&Value::Null);
        if was == value {
            continue;
        }
        let both = was.is_object() && value.is_object();
        previous.insert(name.clone(), if both { changed(was, value) } else { was.clone() });
    }
    for (name, was) in old {
        if !new.contains_key(name) {
            previous.insert(name.clone(), was.clone());
        }
    }
    Value::Object(previous)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn previous_attributes_hold_what_changed_and_nothing_else() {
        let before = json!({ "a": 1, "b": { "c": 1, "d": 2 }, "e": [1], "f": null });
        let after = json!({ "a": 1, "b": { "c": 3, "d": 2 }, "e": [1, 2], "f": "x" });
        assert_eq!(
            changed(&before, &after),
            json!({ "b": { "c": 1 }, "e": [1], "f": null })
        );
    }
}
