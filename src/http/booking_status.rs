//! `GET /bookings/{id}/status`: how a booking stands, for pages that wait for its calendar entry and Meet link.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use timetap_app::page::viewer::Viewer;
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::booking_status;
use uuid::Uuid;

use super::booking_actor::{actors, private_headers};

/// The status as JSON; 404 for everybody whose booking it is not.
pub async fn show(
    State(app): State<Arc<TimeTap>>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    viewer: Option<Extension<Viewer>>,
) -> Response {
    let Ok(id) = id.parse::<Uuid>() else {
        return (StatusCode::NOT_FOUND, private_headers()).into_response();
    };
    let viewer = viewer.map(|Extension(viewer)| viewer);
    for actor in actors(&query, viewer.as_ref()) {
        match booking_status(&app, id, &actor).await {
            Ok(Some(status)) => return (private_headers(), Json(status)).into_response(),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(appointment = %id, %error, "the status of a booking failed");
                return (StatusCode::INTERNAL_SERVER_ERROR, private_headers()).into_response();
            }
        }
    }
    (StatusCode::NOT_FOUND, private_headers()).into_response()
}
