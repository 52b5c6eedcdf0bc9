//! `GET /metrics`: the figures, for those who may read them.
//!
//! They tell how busy a business is, so nobody may by default. Where TimeTap is read from the network of its operator only,
//! `metrics_listen` opens a listener of their own; where that cannot be, `metrics_token` opens the address among the pages to
//! those who know the token. That the request comes from this machine proves nothing: behind a proxy on it, all do.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use timetap_usecases::TimeTap;

use super::watch_state::WatchState;
use crate::observe::recorder::Recorder;
use crate::observe::scrape::scrape;

/// On the listener of their own: for everybody who can reach it.
pub async fn on_own_listener(State(state): State<WatchState>) -> Response {
    match &state.metrics {
        Some(recorder) => show(&state.app, recorder).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Among the pages: for those who know the token; without a token there is nothing at this address.
pub async fn among_pages(State(state): State<WatchState>, headers: HeaderMap) -> Response {
    let (Some(recorder), Some(token)) = (&state.metrics, &state.metrics_token) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !is_bearer(&headers, token) {
        let challenge = [(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))];
        return (StatusCode::UNAUTHORIZED, challenge).into_response();
    }
    show(&state.app, recorder).await
}

async fn show(app: &TimeTap, recorder: &Recorder) -> Response {
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, scrape(app, recorder).await).into_response()
}

fn is_bearer(headers: &HeaderMap, token: &SecretString) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    given.as_bytes().ct_eq(token.expose_secret().as_bytes()).into()
}
