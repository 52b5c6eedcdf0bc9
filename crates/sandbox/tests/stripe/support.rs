//! A running sandbox with a client for Stripe's API and page, and a server that collects webhooks.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use http::{HeaderMap, Method, StatusCode};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use timetap_core::{clock::Clock, entropy::Entropy};
use timetap_sandbox::{Control, Sandbox, SandboxOptions, WebhookEndpoint, start};
use tokio_util::task::TaskTracker;

pub(crate) const KEY: &str = "sk_test_sandbox";
pub(crate) const SECRET: &str = "whsec_of_the_tests";
pub(crate) const NOW: &str = "2026-11-20T09:00:00Z";

/// A sandbox at a fixed time.
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
        let clock = Clock::fixed(NOW.parse().unwrap());
        let mut options = SandboxOptions::new(clock.clone(), Entropy::seeded(7));
        options.notification_retry = Duration::from_millis(20);
        change(&mut options);
        Self {
            sandbox: start(options).await.unwrap(),
            clock,
            client: client(),
        }
    }

    /// A sandbox whose events go to the collector.
    pub(crate) async fn heard(collector: &Collector) -> Self {
        let endpoint = WebhookEndpoint::new(&collector.address, SECRET);
        Self::with(|options| options.stripe.webhook_endpoints = vec![endpoint]).await
    }

    pub(crate) fn control(&self) -> &Control {
        self.sandbox.control()
    }

    pub(crate) fn seconds(&self) -> i64 {
        self.clock.now().as_second()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.base_url())
    }

    /// A request to the API; `path` is what follows `/v1/`.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}v1/{path}", self.sandbox.stripe_url());
        self.client.request(method, url).bearer_auth(KEY)
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        read(self.request(Method::POST, path).form(form).send().await.unwrap()).await
    }

    pub(crate) async fn post_with_key(&self, path: &str, form: &[(&str, &str)], key: &str) -> Response {
        let request = self.request(Method::POST, path).form(form);
        request.header("Idempotency-Key", key).send().await.unwrap()
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        read(self.request(Method::DELETE, path).send().await.unwrap()).await
    }

    /// A new session of one line; the fields given join or replace those of [`session_form`].
    pub(crate) async fn session(&self, more: &[(&str, &str)]) -> Value {
        let (status, session) = self.post("checkout/sessions", &session_form(more)).await;
        assert_eq!(status, 200, "{session}");
        session
    }

    /// Sends the form of the payment page.
    pub(crate) async fn page(&self, session: &str, form: &[(&str, &str)]) -> Response {
        let url = self.url(&format!("/stripe/c/pay/{session}"));
        self.client.post(url).form(form).send().await.unwrap()
    }

    /// Types of all events so far, the oldest first.
    pub(crate) fn event_types(&self) -> Vec<String> {
        let events = self.control().stripe_objects("event").into_iter();
        events.map(|event| text(&event, "/type")).collect()
    }

    /// Effects of a kind.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.control().stripe_effects(Some(kind)).len()
    }
}

/// A session for one thing at 20 euros.
pub(crate) fn session_form<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("mode", "payment"),
        (
            "success_url",
            "http://127.0.0.1:3000/done?session={CHECKOUT_SESSION_ID}",
        ),
        ("cancel_url", "http://127.0.0.1:3000/cart"),
        ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "2000"),
        ("line_items[0][price_data][product_data][name]", "Camp day"),
    ];
    let kept = usual
        .into_iter()
        .filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more.iter().copied())
        .filter(|(_, value)| *value != "\u{0}")
        .collect()
}

/// Fields that turn [`session_form`] into a weekly subscription.
pub(crate) const WEEKLY: [(&str, &str); 2] = [
    ("mode", "subscription"),
    ("line_items[0][price_data][recurring][interval]", "week"),
];

pub(crate) fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap_or_default()
}

pub(crate) fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// `(type, code, param)` of an error, after checking that it has words.
pub(crate) fn error_of(body: &Value) -> (String, String, String) {
    assert!(!text(body, "/error/message").is_empty(), "{body}");
    (
        text(body, "/error/type"),
        text(body, "/error/code"),
        text(body, "/error/param"),
    )
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

/// Waits until the condition holds; real time, since tasks of the sandbox run in it.
pub(crate) async fn eventually(mut holds: impl FnMut() -> bool) {
    for _ in 0..800 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("this did not happen within eight seconds");
}

/// One message as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub signature: String,
    pub body: String,
}

impl Message {
    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What arrived, and the answers still to give.
type Collected = Arc<Mutex<(Vec<Message>, Vec<u16>)>>;

/// A server that collects webhooks, and answers with the statuses given, then 200.
#[derive(Clone)]
pub(crate) struct Collector {
    pub address: String,
    state: Collected,
}

impl Collector {
    pub(crate) async fn new(answers: &[u16]) -> Self {
        let state = Arc::new(Mutex::new((Vec::new(), answers.to_vec())));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/hook", listener.local_addr().unwrap());
        let app = Router::new()
            .route("/hook", post(collect))
            .with_state(Arc::clone(&state));
        TaskTracker::new().spawn(async move { axum::serve(listener, app).await });
        Self { address, state }
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.state.lock().unwrap().0.clone()
    }

    pub(crate) fn types(&self) -> Vec<String> {
        self.messages()
            .iter()
            .map(|message| text(&message.event(), "/type"))
            .collect()
    }
}

async fn collect(State(state): State<Collected>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut state = state.lock().unwrap();
    state.0.push(Message {
        signature: headers["stripe-signature"].to_str().unwrap().to_owned(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    if state.1.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::from_u16(state.1.remove(0)).unwrap()
    }
}
