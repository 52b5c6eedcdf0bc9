//! `GET /healthz`: whether this replica can serve.

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;
use timetap_usecases::TimeTap;

/// 200 `ok`, or 503 where the database does not answer.
pub async fn healthz(State(app): State<Arc<TimeTap>>) -> (StatusCode, &'static str) {
    match app.db.ping().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}
