//! Runs the action behind a submitted form, and shows the page again where it did not succeed.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, Method, StatusCode, header};
use leptos::prelude::provide_context;
use timetap_app::actions::{Action, Reply, Submission};
use timetap_app::page::cart_cookie::cart_token;
use timetap_app::page::form::{FormReply, Values};
use timetap_app::page::viewer::{Client, Viewer};
use timetap_app::shell::shell;
use timetap_usecases::platform::failpoint::Failpoint;

use super::server_state::ServerState;
use super::take_turns::read_body;

/// When to try again what could not be saved.
const TRY_AGAIN_SECONDS: HeaderValue = HeaderValue::from_static("120");

/// Parses the form, runs `action` and turns its reply into an answer.
pub async fn run(
    action: Action,
    State(state): State<ServerState>,
    Path(path): Path<HashMap<String, String>>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let is_form = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_none_or(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if !is_form {
        return (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Forms are sent as application/x-www-form-urlencoded.",
        )
            .into_response();
    }
    let body = match read_body(body).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let submission = Submission {
        app: state.app.clone(),
        viewer: parts.extensions.get::<Viewer>().cloned(),
        client: parts.extensions.get::<Client>().cloned().unwrap_or_default(),
        path,
        query: Values::parse(parts.uri.query().unwrap_or_default().as_bytes()),
        form: Values::parse(&body),
        cart_token: cart_token(&state.app.settings, &parts.headers),
    };
    let page = parts.uri.path().to_owned();
    let typed = submission.form.clone();
    match action(submission).await {
        Ok(Reply::SeeOther { to, cookies }) => {
            Failpoint::BeforeAnswer.reach().await;
            let mut answer = Redirect::to(&to).into_response();
            for cookie in cookies {
                if let Ok(value) = HeaderValue::from_str(&cookie) {
                    answer.headers_mut().append(header::SET_COOKIE, value);
                }
            }
            answer
        }
        Ok(Reply::Again { status, reply }) => show_again(&state, parts, status, Some(reply)).await,
        Ok(Reply::NotFound) => show_problem(&state, "/not-found", StatusCode::NOT_FOUND).await,
        Ok(Reply::SignIn) => {
            let next = percent_encoding::utf8_percent_encode(&page, percent_encoding::NON_ALPHANUMERIC).to_string();
            Redirect::to(&format!("/sign-in?next={next}")).into_response()
        }
        Ok(Reply::Forbidden) => (
            StatusCode::FORBIDDEN,
            "Your account may not do this. Ask an administrator if you think it should.",
        )
            .into_response(),
        Err(error) if error.is_unwritable() => {
            tracing::error!(%error, "action failed: the database cannot write");
            let reply = Some(FormReply::unsaved(typed));
            let mut answer = show_again(&state, parts, StatusCode::SERVICE_UNAVAILABLE, reply).await;
            answer.headers_mut().insert(header::RETRY_AFTER, TRY_AGAIN_SECONDS);
            answer
        }
        Err(error) => {
            tracing::error!(page, %error, "action failed");
            show_again(
                &state,
                parts,
                StatusCode::INTERNAL_SERVER_ERROR,
                Some(FormReply::broken(typed)),
            )
            .await
        }
    }
}

/// Renders the page at the address that was posted to.
async fn show_again(
    state: &ServerState,
    mut parts: http::request::Parts,
    status: StatusCode,
    reply: Option<FormReply>,
) -> Response {
    parts.method = Method::GET;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    let (app, site) = (state.app.clone(), state.site.clone());
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(app.clone());
            if let Some(reply) = reply.clone() {
                provide_context(reply);
            }
        },
        move || shell(&site),
    );
    let mut answer = render(Request::from_parts(parts, Body::empty())).await;
    if answer.status().is_success() {
        *answer.status_mut() = status;
    }
    // It tells of one moment: who comes back by the browser's history sends the form again, or gets the page anew.
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    answer
}

async fn show_problem(state: &ServerState, path: &'static str, status: StatusCode) -> Response {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.uri = http::Uri::from_static(path);
    show_again(state, parts, status, None).await
}
