//! Gives a person with a browser a page where an answer would be blank or bare: what happened, and what to do.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use leptos::prelude::provide_context;
use timetap_app::pages::not_found::Problem;
use timetap_app::shell::shell;

use super::server_state::ServerState;

/// A sentence that came with the refusal is no longer than this.
const LONGEST_SENTENCE: usize = 500;
/// An address at which no page stands, so that the page for what cannot be shown is made.
const NOWHERE: &str = "/-/-/-";
/// What a bare answer knew beyond its words.
const KEPT: [http::HeaderName; 5] = [
    header::ALLOW,
    header::WWW_AUTHENTICATE,
    header::RETRY_AFTER,
    header::SET_COOKIE,
    header::CACHE_CONTROL,
];

/// Puts a page in the place of refusals and failures that have none, for whoever accepts HTML.
pub async fn show(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let wants_page = request
        .headers()
        .get_all(header::ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|kinds| kinds.contains("text/html")));
    let mut answer = next.run(request).await;
    let failed = answer.status().is_client_error() || answer.status().is_server_error();
    if !failed || has_kind(&answer, "text/html") {
        return answer;
    }
    // Whatever may be kept when it is there: that it was not there is not to be remembered.
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    if !wants_page {
        return answer;
    }
    let status = answer.status();
    let (parts, body) = answer.into_parts();
    let own_words = is_text(&parts.headers).then_some(to_bytes(body, LONGEST_SENTENCE));
    let own_words = match own_words {
        // What broke inside is for the log alone.
        Some(body) if status != StatusCode::INTERNAL_SERVER_ERROR => body.await.ok(),
        _ => None,
    };
    let own_words = own_words.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    let (title, words) = words_for(status);
    let problem = Problem {
        title: title.to_owned(),
        text: own_words
            .filter(|text| !text.trim().is_empty())
            .unwrap_or_else(|| words.to_owned()),
    };
    let mut page = render(&state, problem).await;
    *page.status_mut() = status;
    for name in KEPT {
        for (position, value) in parts.headers.get_all(&name).iter().enumerate() {
            if position == 0 {
                page.headers_mut().insert(&name, value.clone());
            } else {
                page.headers_mut().append(&name, value.clone());
            }
        }
    }
    page
}

fn has_kind(answer: &Response, kind: &str) -> bool {
    let value = answer.headers().get(header::CONTENT_TYPE);
    value
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with(kind))
}

fn is_text(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    value
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("text/plain"))
}

async fn render(state: &ServerState, problem: Problem) -> Response {
    let (app, site) = (state.app.clone(), state.site.clone());
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(app.clone());
            provide_context(problem.clone());
        },
        move || shell(&site),
    );
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = http::Uri::from_static(NOWHERE);
    render(request).await
}

/// A heading, and what to do, where the refusal itself said nothing.
fn words_for(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::FORBIDDEN => (
            "This was not accepted",
            "The form came from another site, so nothing was changed. If you meant it, open the page here and send it again.",
        ),
        StatusCode::NOT_FOUND | StatusCode::GONE => (
            "There is nothing here",
            "The address may be mistyped, or what stood here is gone.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "This does not work here",
            "Nothing was changed. Please go to the page from its own link and try again there.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "This is too long",
            "Nothing was changed. Please go back, shorten what you wrote, and send it again.",
        ),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => (
            "Please try again in a moment",
            "TimeTap is too busy to answer right now. If you sent something, look first whether it arrived.",
        ),
        status if status.is_server_error() => (
            "That did not work",
            "Something broke on our side; nothing that you did. Please try again in a moment.",
        ),
        _ => (
            "This was not understood",
            "Nothing was changed. Please go back, reload the page, and try again.",
        ),
    }
}
