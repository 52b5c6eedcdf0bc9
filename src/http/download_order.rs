//! `GET /orders/{id}/invites.ics`: everything of an order as one file for any calendar.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Extension, Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use timetap_app::page::viewer::Viewer;
use timetap_usecases::TimeTap;
use timetap_usecases::orders::{OrderReader, order_file};
use uuid::Uuid;

use super::booking_actor::private_headers;

/// The file; 404 for everybody whose order it is not.
pub async fn download(
    State(app): State<Arc<TimeTap>>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    viewer: Option<Extension<Viewer>>,
) -> Response {
    let Ok(id) = id.parse::<Uuid>() else {
        return (StatusCode::NOT_FOUND, private_headers()).into_response();
    };
    let reader = OrderReader {
        capability: query.get("token").map(String::as_str),
        account: viewer.map(|Extension(viewer)| (viewer.user_id, viewer.role)),
    };
    match order_file(&app, id, &reader).await {
        Ok(Some(file)) => {
            let kind = [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/calendar; charset=utf-8"),
                ),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::from_static("attachment; filename=\"order.ics\""),
                ),
            ];
            (private_headers(), kind, file).into_response()
        }
        Ok(None) => (StatusCode::NOT_FOUND, private_headers()).into_response(),
        Err(error) => {
            tracing::error!(order = %id, %error, "the calendar file of an order failed");
            (StatusCode::INTERNAL_SERVER_ERROR, private_headers()).into_response()
        }
    }
}
