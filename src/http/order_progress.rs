//! `GET /orders/{id}/progress`: how far an order has got, for pages that wait for its payment and its calendar entries.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use timetap_app::page::viewer::Viewer;
use timetap_usecases::orders::{OrderReader, look_for_money, progress_of, view_order};
use timetap_usecases::{TimeTap, Unexpected};
use uuid::Uuid;

use super::booking_actor::private_headers;

/// The progress as JSON; 404 for everybody who may not see the order.
pub async fn show(
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
    match progress(&app, id, &reader).await {
        Ok(Some(answer)) => answer,
        Ok(None) => (StatusCode::NOT_FOUND, private_headers()).into_response(),
        Err(error) => {
            tracing::error!(order = %id, %error, "the progress of an order failed");
            (StatusCode::INTERNAL_SERVER_ERROR, private_headers()).into_response()
        }
    }
}

async fn progress(app: &TimeTap, id: Uuid, reader: &OrderReader<'_>) -> Result<Option<Response>, Unexpected> {
    let Some(mut view) = view_order(app, id, reader).await? else {
        return Ok(None);
    };
    if look_for_money(app, &view).await {
        let Some(now) = view_order(app, id, reader).await? else {
            return Ok(None);
        };
        view = now;
    }
    let progress = progress_of(&view, app.clock.now());
    Ok(Some((private_headers(), Json(progress)).into_response()))
}
