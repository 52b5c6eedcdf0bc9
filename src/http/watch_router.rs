//! What stands on the listener for the operator's own network: the figures and the probes, also of a process that only
//! works and has no pages.

use axum::Router;
use axum::routing::get;

use super::watch_state::WatchState;
use super::{healthz, read_metrics, readyz};

/// `/metrics`, `/healthz` and `/readyz`.
pub fn watch_router(state: WatchState) -> Router {
    Router::new()
        .route("/metrics", get(read_metrics::on_own_listener))
        .route("/healthz", get(healthz::healthz))
        .route("/readyz", get(readyz::readyz))
        .with_state(state)
}
