//! `GET /orders/{id}/calendar-status`: how an order stands in the calendars of whoever asks.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use timetap_app::page::viewer::Viewer;
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::view_calendar_status;
use timetap_usecases::orders::OrderReader;
use uuid::Uuid;

use super::booking_actor::private_headers;

/// The status as JSON; 401 for whoever brings no credential, 404 for everybody whose order it is not.
pub async fn show(
    State(app): State<Arc<TimeTap>>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    viewer: Option<Extension<Viewer>>,
) -> Response {
    let reader = OrderReader {
        capability: query.get("token").map(String::as_str).filter(|token| !token.is_empty()),
        account: viewer.map(|Extension(viewer)| (viewer.user_id, viewer.role)),
    };
    if reader.capability.is_none() && reader.account.is_none() {
        return (StatusCode::UNAUTHORIZED, private_headers()).into_response();
    }
    let Ok(id) = id.parse::<Uuid>() else {
        return (StatusCode::NOT_FOUND, private_headers()).into_response();
    };
    match view_calendar_status(&app, id, &reader).await {
        Ok(Some(status)) => (private_headers(), Json(status)).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, private_headers()).into_response(),
        Err(error) => {
            tracing::error!(order = %id, %error, "the calendar status of an order failed");
            (StatusCode::INTERNAL_SERVER_ERROR, private_headers()).into_response()
        }
    }
}
