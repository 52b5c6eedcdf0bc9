//! `GET /bookings/{id}/invite.ics`: a booking as a file for any calendar.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Extension, Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use timetap_app::page::viewer::Viewer;
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::invite_file;
use uuid::Uuid;

use super::booking_actor::{actors, private_headers};

/// The file; 404 for everybody whose booking it is not.
pub async fn download(
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
        match invite_file(&app, id, &actor).await {
            Ok(Some(file)) => {
                let kind = [
                    (
                        header::CONTENT_TYPE,
                        HeaderValue::from_static("text/calendar; charset=utf-8"),
                    ),
                    (
                        header::CONTENT_DISPOSITION,
                        HeaderValue::from_static("attachment; filename=\"booking.ics\""),
                    ),
                ];
                return (private_headers(), kind, file).into_response();
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(appointment = %id, %error, "the calendar file of a booking failed");
                return (StatusCode::INTERNAL_SERVER_ERROR, private_headers()).into_response();
            }
        }
    }
    (StatusCode::NOT_FOUND, private_headers()).into_response()
}
