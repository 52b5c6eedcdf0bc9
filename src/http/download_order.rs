//! `GET /orders/{id}/invites.ics`: everything of an order as one file for any calendar.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use timetap_usecases::TimeTap;
use timetap_usecases::orders::order_file;

use super::private_request::{PrivateRequest, broken, calendar_file, nothing};

/// The file; 404 for everybody whose order it is not.
pub async fn download(State(app): State<Arc<TimeTap>>, asked: PrivateRequest) -> Response {
    let Some(id) = asked.id else { return nothing() };
    match order_file(&app, id, &asked.reader()).await {
        Ok(Some(file)) => calendar_file(file, "attachment; filename=\"order.ics\""),
        Ok(None) => nothing(),
        Err(error) => {
            tracing::error!(order = %id, %error, "the calendar file of an order failed");
            broken()
        }
    }
}
