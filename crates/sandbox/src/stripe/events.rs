//! Events: made with every change, kept, listed, and handed to the webhooks (`docs.stripe.com/api/events`).

use serde_json::{Value, json};

use super::{
    api::{errors::StripeError, list_objects::list_objects, params::Params},
    objects::{Kind, text},
    options::API_VERSION,
    turn::Turn,
    webhooks,
};

/// Makes an event about the object as it is at this moment, and sends it to every endpoint that wants it.
pub(crate) fn emit(turn: &mut Turn<'_>, kind: &str, object: &Value, previous: Option<Value>) {
    let mut data = json!({ "object": object });
    if let Some(previous) = previous {
        data["previous_attributes"] = previous;
    }
    let endpoints = turn.world.stripe.webhooks.endpoints.iter();
    let pending = endpoints.filter(|endpoint| endpoint.wants(kind)).count();
    let event = json!({
        "id": turn.id("evt_1", 23),
        "object": "event",
        "api_version": API_VERSION,
        "created": turn.seconds(),
        "data": data,
        "livemode": false,
        "pending_webhooks": pending,
        "request": { "id": turn.request_id, "idempotency_key": turn.idempotency_key },
        "type": kind,
    });
    turn.insert(Kind::Event, &event);
    webhooks::announce(turn, &event);
}

/// `GET /v1/events`.
pub(crate) fn list_events(turn: &Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    let (kind, kinds) = (params.text("type")?, params.texts("types"));
    let delivered = params.flag("delivery_success")?;
    if kind.is_some() && !kinds.is_empty() {
        return Err(StripeError::invalid(
            "You may only specify one of these parameters: type, types.",
        ));
    }
    let wanted: Vec<String> = kind.into_iter().chain(kinds).collect();
    // `charge.*` stands for everything about charges.
    let matches_kind = |kind: &str| {
        wanted.is_empty()
            || wanted.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(start) => kind.starts_with(start),
                None => kind == wanted,
            })
    };
    list_objects(&turn.world.stripe.objects, Kind::Event, params, |event| {
        let waiting = event.get("pending_webhooks") != Some(&json!(0));
        matches_kind(text(event, "type")) && delivered.is_none_or(|delivered| delivered != waiting)
    })
}
