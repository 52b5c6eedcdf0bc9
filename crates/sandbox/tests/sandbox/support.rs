//! A running sandbox with a client, and a server that collects push messages.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::State, routing::post};
use http::{HeaderMap, Method, StatusCode};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use timetap_core::{clock::Clock, entropy::Entropy};
use timetap_sandbox::{Sandbox, SandboxOptions, start};
use tokio_util::task::TaskTracker;

pub(crate) const ADA: &str = "ada@sandbox.test";
pub(crate) const BEN: &str = "ben@sandbox.test";
pub(crate) const CLEO: &str = "cleo@sandbox.test";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:3000/api/google/calendar/callback";
pub(crate) const EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";
pub(crate) const FREEBUSY: &str = "https://www.googleapis.com/auth/calendar.freebusy";
pub(crate) const CALENDAR_LIST: &str = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";

/// A sandbox at a fixed time, with a client that follows no redirects.
pub(crate) struct Bench {
    pub sandbox: Sandbox,
    pub clock: Clock,
    pub client: Client,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut SandboxOptions)) -> Self {
        let clock = Clock::fixed("2026-11-20T09:00:00Z".parse().unwrap());
        let mut options = SandboxOptions::new(clock.clone(), Entropy::seeded(7));
        options.redirect_uris = vec![REDIRECT.to_owned()];
        options.meet_delay = Duration::ZERO;
        options.notification_retry = Duration::from_millis(20);
        change(&mut options);
        Self {
            sandbox: start(options).await.unwrap(),
            clock,
            client: client(),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.base_url())
    }

    /// An access token of the account for all scopes the product asks for.
    pub(crate) fn token(&self, account: &str) -> String {
        self.token_for(account, &format!("{EVENTS} {FREEBUSY} {CALENDAR_LIST} openid email"))
    }

    pub(crate) fn token_for(&self, account: &str, scopes: &str) -> String {
        self.sandbox
            .control()
            .grant_tokens(account, scopes)
            .unwrap()
            .access_token
    }

    pub(crate) fn request(&self, method: Method, token: &str, path: &str) -> RequestBuilder {
        self.client
            .request(method, self.url(&format!("/calendar/v3{path}")))
            .bearer_auth(token)
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> (u16, Value) {
        read(self.request(Method::GET, token, path).send().await.unwrap()).await
    }

    pub(crate) async fn send(&self, method: Method, token: &str, path: &str, body: &Value) -> (u16, Value) {
        read(self.request(method, token, path).json(body).send().await.unwrap()).await
    }

    pub(crate) async fn insert(&self, token: &str, body: &Value) -> (u16, Value) {
        self.send(Method::POST, token, "/calendars/primary/events", body).await
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the client's own settings are no subject of these tests"
)]
pub(crate) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap()
}

/// Status and JSON of an answer; `null` where the body is none.
pub(crate) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (
        status,
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default(),
    )
}

/// An hour in the morning of the given day of December 2026.
pub(crate) fn hour(day: u8) -> Value {
    json!({
        "summary": "Session",
        "start": { "dateTime": format!("2026-12-{day:02}T10:00:00+01:00"), "timeZone": "Europe/Madrid" },
        "end": { "dateTime": format!("2026-12-{day:02}T11:00:00+01:00"), "timeZone": "Europe/Madrid" },
    })
}

/// As [`hour`], with more fields.
pub(crate) fn hour_with(day: u8, more: &Value) -> Value {
    let mut body = hour(day);
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// The one error in Google's envelope: `(domain, reason, message)`, after checking that the envelope is whole.
pub(crate) fn error_of(status: u16, body: &Value) -> (String, String, String) {
    let text = |pointer: &str| {
        body.pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(body["error"]["code"], json!(status), "{body}");
    assert_eq!(body["error"]["errors"].as_array().map(Vec::len), Some(1), "{body}");
    assert_eq!(text("/error/message"), text("/error/errors/0/message"));
    (
        text("/error/errors/0/domain"),
        text("/error/errors/0/reason"),
        text("/error/message"),
    )
}

pub(crate) fn reason_of(status: u16, body: &Value) -> String {
    error_of(status, body).1
}

/// Waits until the condition holds; real time, since tasks of the sandbox run in it.
pub(crate) async fn eventually(mut holds: impl FnMut() -> bool) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("this did not happen within four seconds");
}

/// One push message as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Push {
    pub headers: HashMap<String, String>,
    pub body_length: usize,
}

impl Push {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn number(&self) -> u64 {
        self.header("x-goog-message-number").parse().unwrap()
    }
}

/// A server that collects push messages, and answers with the statuses given, then 200.
#[derive(Clone)]
pub(crate) struct Collector {
    pub address: String,
    state: Arc<Mutex<Collected>>,
}

/// What arrived, and the answers still to give.
struct Collected {
    pushes: Vec<Push>,
    answers: Vec<u16>,
}

impl Collector {
    pub(crate) async fn new(answers: &[u16]) -> Self {
        let state = Arc::new(Mutex::new(Collected {
            pushes: Vec::new(),
            answers: answers.to_vec(),
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/hook", listener.local_addr().unwrap());
        let app = Router::new()
            .route("/hook", post(collect))
            .with_state(Arc::clone(&state));
        TaskTracker::new().spawn(async move { axum::serve(listener, app).await });
        Self { address, state }
    }

    pub(crate) fn pushes(&self) -> Vec<Push> {
        self.state.lock().unwrap().pushes.clone()
    }
}

async fn collect(
    State(state): State<Arc<Mutex<Collected>>>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> StatusCode {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let mut state = state.lock().unwrap();
    state.pushes.push(Push {
        headers,
        body_length: body.len(),
    });
    if state.answers.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::from_u16(state.answers.remove(0)).unwrap()
    }
}
