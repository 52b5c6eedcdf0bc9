//! What stands on the listener for the operator's own network: the figures and the probes, also of a process that only
//! works and has no pages.

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderValue, header};

use super::watch_state::WatchState;
use super::{healthz, read_metrics, readyz, security_headers};

/// `/metrics`, `/healthz` and `/readyz`. Whoever opens them in a browser gets headers as sound as on the pages, and nothing of
/// it is kept anywhere. Over TLS it is never spoken here, so nothing is said about that.
pub fn watch_router(state: WatchState) -> Router {
    Router::new()
        .route("/metrics", get(read_metrics::on_own_listener))
        .route("/healthz", get(healthz::healthz))
        .route("/readyz", get(readyz::readyz))
        .layer(map_response(harden))
        .with_state(state)
}

async fn harden(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    security_headers::complete(headers, false);
    answer
}
