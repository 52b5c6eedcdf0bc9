//! `GET /orders/{id}/calendar-status`: how an order stands in the calendars of whoever asks.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::view_calendar_status;

use super::private_request::{PrivateRequest, broken, nothing, private_headers};

/// The status as JSON; 401 for whoever brings no credential, 404 for everybody whose order it is not.
pub async fn show(State(app): State<Arc<TimeTap>>, asked: PrivateRequest) -> Response {
    let mut reader = asked.reader();
    reader.capability = reader.capability.filter(|token| !token.is_empty());
    if reader.capability.is_none() && reader.account.is_none() {
        return (StatusCode::UNAUTHORIZED, private_headers()).into_response();
    }
    let Some(id) = asked.id else { return nothing() };
    match view_calendar_status(&app, id, &reader).await {
        Ok(Some(status)) => (private_headers(), Json(status)).into_response(),
        Ok(None) => nothing(),
        Err(error) => {
            tracing::error!(order = %id, %error, "the calendar status of an order failed");
            broken()
        }
    }
}
