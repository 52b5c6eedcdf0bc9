//! What the client says when no answer, half an answer or nonsense comes back. What hangs on it: whether the job runner
//! must look before it writes again.

use std::net::TcpListener;
use std::time::Duration;

use rstest::rstest;
use timetap_providers::google::{ErrorKind, GoogleError};
use timetap_providers::http::Timeouts;

use crate::server::{Reply, Scripted, client_at, client_with, ok, refuse, secret};

async fn error_after(reply: Reply) -> GoogleError {
    let google = Scripted::start(vec![reply]);
    client_at(&google.base)
        .get_event(&secret("t"), "primary", "event1")
        .await
        .unwrap_err()
}

fn raw(text: &str) -> Reply {
    Reply::Raw(text.to_owned())
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client_at(&base)
        .get_event(&secret("t"), "primary", "event1")
        .await
        .unwrap_err();
    assert_eq!(error, GoogleError::Unreachable);
    assert!(!error.may_have_happened());
}

#[tokio::test]
async fn no_name_is_found() {
    let error = client_at("http://nowhere.invalid")
        .get_event(&secret("t"), "primary", "event1")
        .await
        .unwrap_err();
    assert!(
        matches!(error, GoogleError::Unreachable | GoogleError::Timeout { sent: false }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_handshake_without_end_has_no_effect() {
    // Accepts the connection and never speaks TLS.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    let timeouts = Timeouts {
        connect: Duration::from_millis(300),
        total: Duration::from_secs(5),
    };
    let error = client_with(&base, timeouts)
        .get_event(&secret("t"), "primary", "event1")
        .await
        .unwrap_err();
    assert_eq!(error, GoogleError::Timeout { sent: false });
    assert!(!error.may_have_happened());
}

#[tokio::test]
async fn silence_after_the_request_may_hide_an_effect() {
    let error = error_after(Reply::Silence).await;
    assert_eq!(error, GoogleError::Timeout { sent: true });
    assert!(error.may_have_happened());
}

#[tokio::test]
async fn a_drip_that_never_ends_times_out() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\":";
    let error = error_after(Reply::RawThenSilence(head.to_owned())).await;
    assert_eq!(error, GoogleError::Timeout { sent: true });
}

#[tokio::test]
async fn a_hang_up_after_the_request_may_hide_an_effect() {
    let error = error_after(Reply::HangUp).await;
    assert_eq!(error, GoogleError::BrokenAnswer);
    assert!(error.may_have_happened());
    assert_eq!(error.kind(), ErrorKind::Transient);
}

#[rstest]
#[case::cut_off("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"id\":\"event1\"")]
#[case::no_http("250 hello\r\n")]
#[case::no_json("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")]
#[case::no_event("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")]
#[case::empty("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
#[case::no_gzip("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}")]
// The class of these depends on a body that did not come.
#[case::refusal_cut_off("HTTP/1.1 403 Forbidden\r\nContent-Length: 500\r\n\r\n{\"error\"")]
#[tokio::test]
async fn an_answer_that_cannot_be_read_is_broken(#[case] answer: &str) {
    assert_eq!(error_after(raw(answer)).await, GoogleError::BrokenAnswer);
}

#[rstest]
#[case(401, "invalid_credentials")]
#[case(404, "not_found")]
#[case(410, "gone")]
#[case(412, "precondition_failed")]
#[case(503, "unavailable")]
#[tokio::test]
async fn a_status_that_says_all_needs_no_body(#[case] status: u16, #[case] code: &str) {
    let error = error_after(Reply::Raw(format!(
        "HTTP/1.1 {status} X\r\nContent-Length: 500\r\n\r\n{{"
    )))
    .await;
    assert_eq!(error.code(), code);
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let elsewhere = Scripted::start(vec![ok("{}")]);
    let location: &'static str = Box::leak(format!("Location: {}/\r\n", elsewhere.base).into_boxed_str());
    let error = error_after(Reply::Answer(302, location, String::new())).await;
    assert_eq!(
        error,
        GoogleError::Unavailable {
            status: 302,
            retry_after: None
        }
    );
    assert!(elsewhere.requests().is_empty(), "the token must not travel on");
}

#[tokio::test]
async fn a_rate_limit_says_how_long_to_wait() {
    let error = error_after(Reply::Answer(429, "Retry-After: 17\r\n", String::new())).await;
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(17)));
}

#[tokio::test]
async fn a_write_is_attempted_once() {
    let google = Scripted::start(vec![refuse(503, ""), ok("{}")]);
    let error = client_at(&google.base)
        .delete_event(&secret("t"), "primary", "event1", None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unavailable");
    assert_eq!(google.requests().len(), 1, "the job runner retries, not the client");
}

#[tokio::test]
async fn a_token_that_cannot_be_one_is_not_sent() {
    let google = Scripted::start(vec![]);
    let error = client_at(&google.base)
        .get_event(&secret("a\r\nX: y"), "primary", "event1")
        .await
        .unwrap_err();
    assert_eq!(error, GoogleError::InvalidCredentials);
}

/// Jobs run on any thread.
#[test]
fn every_call_can_move_between_threads() {
    fn moves<T: Send>(_: T) {}
    let google = client_at("http://127.0.0.1:9");
    let token = secret("t");
    moves(google.exchange_code("code", &token));
    moves(google.refresh(&token));
    moves(google.revoke(&token));
    moves(google.fetch_account(&token));
    moves(google.get_event(&token, "primary", "event1"));
    moves(google.list_calendars(&token));
}
