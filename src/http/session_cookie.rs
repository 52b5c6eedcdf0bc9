//! Finds out who is looking, from the session cookie.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use timetap_app::page::session_cookie::{session_cookie, session_token};
use timetap_app::page::viewer::Viewer;
use timetap_usecases::TimeTap;
use timetap_usecases::accounts::resolve_session::{SignedIn, resolve_session, touch_session};

use super::server_state::ServerState;

/// Noting that a session is in use may hold an answer up for so long, and is left for the next request otherwise.
const PATIENCE: Duration = Duration::from_millis(300);

/// Puts the [`Viewer`] into the request's extensions where the cookie names a living session, by one query. Now and then it
/// notes after the answer that the session is in use, and renews the cookie: not for a request that wants the headers alone,
/// which writes nothing.
pub async fn resolve_viewer(State(state): State<ServerState>, mut request: Request, next: Next) -> Response {
    let needs_nobody = matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics");
    let token = session_token(&state.app.settings, request.headers()).filter(|_| !needs_nobody);
    let Some(token) = token else {
        return next.run(request).await;
    };
    let signed_in = match resolve_session(&state.app, token.expose_secret()).await {
        Ok(Some(signed_in)) => signed_in,
        Ok(None) => return next.run(request).await,
        Err(error) => {
            tracing::error!(%error, "a session could not be looked up");
            return (
                StatusCode::SERVICE_UNAVAILABLE,
                "Something broke on our side; nothing was changed. Please try again in a moment.",
            )
                .into_response();
        }
    };
    let touch_due = signed_in.touch_due && request.method() != Method::HEAD;
    let session_id = signed_in.session_id;
    request.extensions_mut().insert(viewer_from(signed_in));
    let mut answer = next.run(request).await;
    // What was made for one person is not to be shown to another by a cache between.
    answer
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
    // An answer that sets a cookie itself has signed in or out: the old token is no longer worth renewing.
    if touch_due && !answer.headers().contains_key(header::SET_COOKIE) {
        renew(&state.app, session_id, &token, &mut answer).await;
    }
    answer
}

async fn renew(app: &TimeTap, session_id: uuid::Uuid, token: &SecretString, answer: &mut Response) {
    match tokio::time::timeout(PATIENCE, touch_session(app, session_id)).await {
        Ok(Ok(())) => {
            if let Ok(value) = HeaderValue::from_str(&session_cookie(&app.settings, token)) {
                answer.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        Ok(Err(error)) => tracing::warn!(%error, "a session's use could not be noted"),
        Err(_) => tracing::debug!("a session's use was not noted: the database is busy"),
    }
}

fn viewer_from(signed_in: SignedIn) -> Viewer {
    Viewer {
        user_id: signed_in.user_id,
        session_id: signed_in.session_id,
        name: signed_in.name,
        email: signed_in.email,
        email_verified: signed_in.email_verified,
        role: signed_in.role,
        host_slug: signed_in.host_slug,
    }
}
