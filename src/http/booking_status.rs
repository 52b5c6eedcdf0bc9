//! `GET /bookings/{id}/status`: how a booking stands, for pages that wait for its calendar entry and Meet link.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::booking_status;

use super::private_request::{PrivateRequest, broken, nothing, private_headers};

/// The status as JSON; 404 for everybody whose booking it is not.
pub async fn show(State(app): State<Arc<TimeTap>>, asked: PrivateRequest) -> Response {
    let Some(id) = asked.id else { return nothing() };
    for actor in asked.actors() {
        match booking_status(&app, id, &actor).await {
            Ok(Some(status)) => return (private_headers(), Json(status)).into_response(),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(appointment = %id, %error, "the status of a booking failed");
                return broken();
            }
        }
    }
    nothing()
}
