//! `GET /healthz`: whether this replica can serve.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use timetap_usecases::TimeTap;

/// The header by which `timetap doctor` sees that this TimeTap has the same keys as itself.
pub const INSTANCE: &str = "x-timetap-instance";

/// 200 `ok`, or 503 where the database does not answer.
pub async fn healthz(State(app): State<Arc<TimeTap>>) -> impl IntoResponse {
    let (status, text) = match app.db.ping().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    };
    let mark = app.keys.marks().next().unwrap_or_default();
    (status, [(INSTANCE, mark)], text)
}
