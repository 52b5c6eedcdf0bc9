//! The control API of the stand-in Stripe under `/api/control/stripe`.

use std::time::Duration;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    routing::{get, post},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Control, ControlError, api::read_json};
use crate::{
    stripe::{checkout::pay::PayWith, options::WebhookEndpoint, webhooks::ReleaseOrder},
    world::Shared,
};

type Outcome = Result<Json<Value>, ControlError>;

/// Its addresses.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/control/stripe", get(show))
        .route("/api/control/stripe/plug", post(plug))
        .route("/api/control/stripe/unplug", post(unplug))
        .route("/api/control/stripe/clock", post(advance))
        .route("/api/control/stripe/effects", get(list_effects))
        .route("/api/control/stripe/deliveries", get(list_deliveries))
        .route("/api/control/stripe/objects/{id}", get(show_object))
        .route(
            "/api/control/stripe/endpoints",
            get(show).post(add_endpoint).delete(remove_endpoint),
        )
        .route("/api/control/stripe/endpoints/roll", post(roll_secret))
        .route("/api/control/stripe/webhooks/hold", post(hold))
        .route("/api/control/stripe/webhooks/release", post(release))
        .route("/api/control/stripe/events/{id}/resend", post(resend))
        .route("/api/control/stripe/sessions/{id}/pay", post(pay))
        .route("/api/control/stripe/sessions/{id}/authenticate", post(authenticate))
        .route("/api/control/stripe/sessions/{id}/settle", post(settle_session))
        .route("/api/control/stripe/sessions/{id}/expire", post(expire))
        .route("/api/control/stripe/refunds", post(set_refunds))
        .route("/api/control/stripe/refunds/{id}/settle", post(settle_refund))
        .route("/api/control/stripe/disputes", post(raise_dispute))
        .route("/api/control/stripe/disputes/{id}/decide", post(decide_dispute))
        .route("/api/control/stripe/subscriptions/{id}/card", post(set_card))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

/// Which effects to list.
#[derive(Deserialize)]
pub(crate) struct EffectQuery {
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfUrl {
    url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Roll {
    url: String,
    secret: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    #[serde(default)]
    order: ReleaseOrder,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    email: String,
    #[serde(default)]
    name: Option<String>,
    with: PayWith,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Succeeds {
    succeeds: bool,
    /// `failure_reason` of a refund.
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wait {
    wait: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raise {
    of: String,
    reason: String,
    #[serde(default)]
    amount: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decide {
    won: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    declines: Option<String>,
}

fn done() -> Json<Value> {
    Json(json!({ "done": true }))
}

async fn show(State(engine): State<Shared>) -> Json<Value> {
    Json(json!(Control::from(&engine).stripe_summary()))
}

async fn plug(State(engine): State<Shared>) -> Json<Value> {
    Control::from(&engine).plug_stripe();
    done()
}

async fn unplug(State(engine): State<Shared>) -> Json<Value> {
    Control::from(&engine).unplug_stripe();
    done()
}

async fn advance(State(engine): State<Shared>, body: Bytes) -> Outcome {
    let by: Advance = read_json(&body)?;
    let now = Control::from(&engine).advance_stripe_clock(Duration::from_secs(by.seconds));
    Ok(Json(json!({ "now": now })))
}

async fn list_effects(State(engine): State<Shared>, Query(query): Query<EffectQuery>) -> Json<Value> {
    let rows = Control::from(&engine).stripe_effects(query.kind.as_deref());
    Json(json!({ "count": rows.len(), "rows": rows }))
}

async fn list_deliveries(State(engine): State<Shared>) -> Json<Value> {
    Json(json!({ "deliveries": Control::from(&engine).stripe_deliveries() }))
}

async fn show_object(State(engine): State<Shared>, Path(id): Path<String>) -> Outcome {
    let object = Control::from(&engine).stripe_object(&id);
    object.map(Json).ok_or(ControlError::NotFound { what: "object", id })
}

async fn add_endpoint(State(engine): State<Shared>, body: Bytes) -> Outcome {
    let endpoint: WebhookEndpoint = read_json(&body)?;
    Control::from(&engine).add_stripe_endpoint(endpoint);
    Ok(done())
}

async fn remove_endpoint(State(engine): State<Shared>, body: Bytes) -> Outcome {
    let of: OfUrl = read_json(&body)?;
    Control::from(&engine).remove_stripe_endpoint(&of.url)?;
    Ok(done())
}

async fn roll_secret(State(engine): State<Shared>, body: Bytes) -> Outcome {
    let roll: Roll = read_json(&body)?;
    Control::from(&engine).roll_stripe_secret(&roll.url, &roll.secret)?;
    Ok(done())
}

async fn hold(State(engine): State<Shared>) -> Json<Value> {
    Control::from(&engine).hold_stripe_webhooks();
    done()
}

async fn release(State(engine): State<Shared>, body: Bytes) -> Outcome {
    let release: Release = read_json(&body)?;
    Control::from(&engine).release_stripe_webhooks(release.order);
    Ok(done())
}

async fn resend(State(engine): State<Shared>, Path(id): Path<String>) -> Outcome {
    let messages = Control::from(&engine).resend_stripe_event(&id)?;
    Ok(Json(json!({ "messages": messages })))
}

async fn pay(State(engine): State<Shared>, Path(id): Path<String>, body: Bytes) -> Outcome {
    let pay: Pay = read_json(&body)?;
    let outcome = Control::from(&engine).pay_session(&id, &pay.email, pay.name.as_deref(), &pay.with)?;
    Ok(Json(json!(outcome)))
}

async fn authenticate(State(engine): State<Shared>, Path(id): Path<String>, body: Bytes) -> Outcome {
    let end: Succeeds = read_json(&body)?;
    Ok(Json(json!(
        Control::from(&engine).authenticate_session(&id, end.succeeds)?
    )))
}

async fn settle_session(State(engine): State<Shared>, Path(id): Path<String>, body: Bytes) -> Outcome {
    let end: Succeeds = read_json(&body)?;
    Control::from(&engine).settle_session(&id, end.succeeds)?;
    Ok(done())
}

async fn expire(State(engine): State<Shared>, Path(id): Path<String>) -> Outcome {
    Control::from(&engine).expire_session(&id)?;
    Ok(done())
}

async fn set_refunds(State(engine): State<Shared>, body: Bytes) -> Outcome {
    let wait: Wait = read_json(&body)?;
    Control::from(&engine).make_refunds_wait(wait.wait);
    Ok(done())
}

async fn settle_refund(State(engine): State<Shared>, Path(id): Path<String>, body: Bytes) -> Outcome {
    let end: Succeeds = read_json(&body)?;
    let control = Control::from(&engine);
    if end.succeeds {
        control.settle_refund(&id)?;
    } else {
        control.fail_refund(&id, end.reason.as_deref().unwrap_or("unknown"))?;
    }
    Ok(done())
}

async fn raise_dispute(State(engine): State<Shared>, body: Bytes) -> Outcome {
    let raise: Raise = read_json(&body)?;
    let dispute = Control::from(&engine).raise_dispute(&raise.of, &raise.reason, raise.amount)?;
    Ok(Json(dispute))
}

async fn decide_dispute(State(engine): State<Shared>, Path(id): Path<String>, body: Bytes) -> Outcome {
    let decide: Decide = read_json(&body)?;
    Ok(Json(Control::from(&engine).decide_dispute(&id, decide.won)?))
}

async fn set_card(
    State(engine): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, ControlError> {
    let card: Card = read_json(&body)?;
    Control::from(&engine).decline_subscription(&id, card.declines.as_deref())?;
    Ok(StatusCode::NO_CONTENT)
}
