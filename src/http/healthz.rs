//! `GET /healthz`: whether this process is alive.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use timetap_usecases::TimeTap;

/// The header by which `timetap doctor` sees that this TimeTap has the same keys as itself.
pub const INSTANCE: &str = "x-timetap-instance";

/// 200 `ok`, by this answer alone: a database that is away is no reason to kill the process. See `readyz` for the rest.
pub async fn healthz(State(app): State<Arc<TimeTap>>) -> impl IntoResponse {
    ([(INSTANCE, app.keys.marks().next().unwrap_or_default())], "ok")
}
