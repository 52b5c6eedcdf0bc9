//! `GET /bookings/{id}/invite.ics`: a booking as a file for any calendar.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::invite_file;

use super::private_request::{PrivateRequest, broken, calendar_file, nothing};

/// The file; 404 for everybody whose booking it is not.
pub async fn download(State(app): State<Arc<TimeTap>>, asked: PrivateRequest) -> Response {
    let Some(id) = asked.id else { return nothing() };
    for actor in asked.actors() {
        match invite_file(&app, id, &actor).await {
            Ok(Some(file)) => return calendar_file(file, "attachment; filename=\"booking.ics\""),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(appointment = %id, %error, "the calendar file of a booking failed");
                return broken();
            }
        }
    }
    nothing()
}
