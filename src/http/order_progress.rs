//! `GET /orders/{id}/progress`: how far an order has got, for pages that wait for its payment and its calendar entries.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Method;
use timetap_usecases::orders::{OrderReader, look_for_money, progress_of, view_order};
use timetap_usecases::{TimeTap, Unexpected};
use uuid::Uuid;

use super::private_request::{PrivateRequest, broken, nothing, private_headers};

/// The progress as JSON; 404 for everybody who may not see the order. Whoever asks for the headers alone waits for nothing, and
/// for them no payment is looked at.
pub async fn show(State(app): State<Arc<TimeTap>>, method: Method, asked: PrivateRequest) -> Response {
    let Some(id) = asked.id else { return nothing() };
    match progress(&app, id, &asked.reader(), method != Method::HEAD).await {
        Ok(Some(answer)) => answer,
        Ok(None) => nothing(),
        Err(error) => {
            tracing::error!(order = %id, %error, "the progress of an order failed");
            broken()
        }
    }
}

async fn progress(
    app: &TimeTap,
    id: Uuid,
    reader: &OrderReader<'_>,
    waits: bool,
) -> Result<Option<Response>, Unexpected> {
    let Some(mut view) = view_order(app, id, reader).await? else {
        return Ok(None);
    };
    if waits && look_for_money(app, &view).await {
        let Some(now) = view_order(app, id, reader).await? else {
            return Ok(None);
        };
        view = now;
    }
    let progress = progress_of(&view, app.clock.now());
    Ok(Some((private_headers(), Json(progress)).into_response()))
}
