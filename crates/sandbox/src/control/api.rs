//! The control API: JSON in, JSON out, errors as `{"error": "…"}`.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use jiff::SignedDuration;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{Control, ControlError};
use crate::{faults::FaultRule, google::accounts::NewAccount, ledger::LedgerQuery, world::Shared};

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotFound { .. } | Self::UnknownAccount(_) => StatusCode::NOT_FOUND,
            Self::Account(crate::google::accounts::AccountError::Exists(_)) => StatusCode::CONFLICT,
            Self::Refused { status, .. } | Self::Stripe { status, .. } => {
                StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST)
            }
            _ => StatusCode::BAD_REQUEST,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

/// The body as JSON, or an error that says what is wrong with it. An empty body is an empty object.
pub(super) fn read_json<T: DeserializeOwned>(body: &Bytes) -> Result<T, ControlError> {
    let bytes: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(bytes).map_err(ControlError::Body)
}

/// An operation that takes an optional account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfAccount {
    account: Option<String>,
}

/// An operation that takes an optional calendar.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfCalendar {
    calendar: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedTokens {
    account: String,
    scopes: String,
}

pub(crate) async fn list_ledger(State(engine): State<Shared>, Query(query): Query<LedgerQuery>) -> Json<Value> {
    let rows = Control::from(&engine).ledger(&query);
    Json(json!({ "count": rows.len(), "rows": rows }))
}

pub(crate) async fn clear_ledger(State(engine): State<Shared>) -> StatusCode {
    Control::from(&engine).clear_ledger();
    StatusCode::NO_CONTENT
}

pub(crate) async fn show_summary(State(engine): State<Shared>) -> Json<Value> {
    Json(json!(Control::from(&engine).summary()))
}

pub(crate) async fn list_faults(State(engine): State<Shared>) -> Json<Value> {
    let control = Control::from(&engine);
    Json(json!({ "plugged": control.is_plugged(), "faults": control.faults() }))
}

pub(crate) async fn add_fault(State(engine): State<Shared>, body: Bytes) -> Result<Response, ControlError> {
    let rule: FaultRule = read_json(&body)?;
    let id = Control::from(&engine).add_fault(rule)?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
}

pub(crate) async fn clear_faults(State(engine): State<Shared>) -> StatusCode {
    Control::from(&engine).clear_faults();
    StatusCode::NO_CONTENT
}

pub(crate) async fn remove_fault(
    State(engine): State<Shared>,
    Path(id): Path<u64>,
) -> Result<StatusCode, ControlError> {
    Control::from(&engine).remove_fault(id)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn unplug(State(engine): State<Shared>) -> Json<Value> {
    Control::from(&engine).unplug();
    Json(json!({ "plugged": false }))
}

pub(crate) async fn plug(State(engine): State<Shared>) -> Json<Value> {
    Control::from(&engine).plug();
    Json(json!({ "plugged": true }))
}

pub(crate) async fn reset(State(engine): State<Shared>) -> StatusCode {
    Control::from(&engine).reset();
    StatusCode::NO_CONTENT
}

pub(crate) async fn advance_clock(State(engine): State<Shared>, body: Bytes) -> Result<Json<Value>, ControlError> {
    let by: Advance = read_json(&body)?;
    let now = Control::from(&engine).advance_clock(SignedDuration::from_secs(i64::from(by.seconds)))?;
    Ok(Json(json!({ "now": now })))
}

pub(crate) async fn expire_access_tokens(
    State(engine): State<Shared>,
    body: Bytes,
) -> Result<Json<Value>, ControlError> {
    let of: OfAccount = read_json(&body)?;
    let expired = Control::from(&engine).expire_access_tokens(of.account.as_deref());
    Ok(Json(json!({ "expired": expired })))
}

pub(crate) async fn revoke_grant(State(engine): State<Shared>, body: Bytes) -> Result<Json<Value>, ControlError> {
    let of: OfAccount = read_json(&body)?;
    Ok(Json(
        json!({ "revoked": Control::from(&engine).revoke_grant(of.account.as_deref()) }),
    ))
}

pub(crate) async fn expire_sync_tokens(State(engine): State<Shared>, body: Bytes) -> Result<Json<Value>, ControlError> {
    let of: OfCalendar = read_json(&body)?;
    let calendars = Control::from(&engine).expire_sync_tokens(of.calendar.as_deref());
    Ok(Json(json!({ "calendars": calendars })))
}

pub(crate) async fn grant_tokens(State(engine): State<Shared>, body: Bytes) -> Result<Response, ControlError> {
    let wanted: WantedTokens = read_json(&body)?;
    let pair = Control::from(&engine).grant_tokens(&wanted.account, &wanted.scopes)?;
    Ok(Json(pair).into_response())
}

pub(crate) async fn list_accounts(State(engine): State<Shared>) -> Json<Value> {
    Json(json!({ "accounts": Control::from(&engine).account_views() }))
}

pub(crate) async fn add_account(State(engine): State<Shared>, body: Bytes) -> Result<Response, ControlError> {
    let new: NewAccount = read_json(&body)?;
    let account = Control::from(&engine).add_account(&new)?;
    Ok((StatusCode::CREATED, Json(account)).into_response())
}

pub(crate) async fn list_deliveries(State(engine): State<Shared>) -> Json<Value> {
    Json(json!({ "deliveries": Control::from(&engine).deliveries() }))
}

pub(crate) async fn list_events(
    State(engine): State<Shared>,
    Path(calendar): Path<String>,
) -> Result<Json<Value>, ControlError> {
    Ok(Json(json!({ "events": Control::from(&engine).events(&calendar)? })))
}

pub(crate) async fn add_event(
    State(engine): State<Shared>,
    Path(calendar): Path<String>,
    body: Bytes,
) -> Result<Response, ControlError> {
    let event: Map<String, Value> = read_json(&body)?;
    let event = Control::from(&engine).add_event(&calendar, &event)?;
    Ok((StatusCode::CREATED, Json(event)).into_response())
}

pub(crate) async fn edit_event(
    State(engine): State<Shared>,
    Path((calendar, event)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, ControlError> {
    let change: Map<String, Value> = read_json(&body)?;
    let event = Control::from(&engine).edit_event(&calendar, &event, &change)?;
    Ok(Json(event).into_response())
}

pub(crate) async fn delete_event(
    State(engine): State<Shared>,
    Path((calendar, event)): Path<(String, String)>,
) -> Result<StatusCode, ControlError> {
    Control::from(&engine).delete_event(&calendar, &event)?;
    Ok(StatusCode::NO_CONTENT)
}
