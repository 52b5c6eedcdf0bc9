//! Traces by OTLP: a collector sees a request and the jobs it made as one, and one that is away costs nobody any time.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use rstest::rstest;
use timetap_testing::Engine;
use tokio::net::TcpListener;

use support::browser::Browser;
use support::google_stage::Stage;
use support::reading::{booking_fields, free_times, hidden, page};
use support::{Server, free_address};

type Received = Arc<Mutex<Vec<Span>>>;

/// A collector that speaks OTLP over HTTP.
async fn collector() -> (String, Received) {
    async fn take(State(received): State<Received>, body: Bytes) {
        let request = ExportTraceServiceRequest::decode(body).unwrap();
        let spans = request
            .resource_spans
            .into_iter()
            .flat_map(|resource| resource.scope_spans);
        received.lock().unwrap().extend(spans.flat_map(|scope| scope.spans));
    }
    let received = Received::default();
    let router = Router::new()
        .route("/v1/traces", post(take))
        .with_state(received.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let runtime = tokio::runtime::Handle::current();
    drop(runtime.spawn(axum::serve(listener, router).into_future()));
    (address, received)
}

fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        _ => None,
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_collector_sees_a_booking_and_its_jobs_as_one_trace(#[case] engine: Engine) {
    let (endpoint, received) = collector().await;
    let settings = [
        ("TIMETAP_OTLP_ENDPOINT", endpoint.as_str()),
        ("TIMETAP_MAIL_GRACE_SECONDS", "0"),
        ("TIMETAP_LOG", "error"),
    ];
    let mut stage = Stage::start_with_settings(engine, &settings).await;
    let anna = Browser::host(&stage.server, "anna").await;
    anna.connect("ada@sandbox.test").await;
    let server = &stage.server;
    let (path, times) = free_times(server, "anna", "Europe/Madrid").await;
    let form = page(server, &times[0]).await;
    let fields = booking_fields(&form, "Ben Okafor", "ben.okafor@example.com");
    let booked = server.http.post(server.url(&path)).form(&fields).send().await.unwrap();
    assert_eq!(booked.status(), 303);
    let id = booked.headers()["x-request-id"].to_str().unwrap().to_owned();

    // The queue is emptied every few seconds, and once more when the program ends.
    let begun = Instant::now();
    let is_ours = |span: &Span, name: &str| span.name == name && attribute(span, "request_id").as_ref() == Some(&id);
    let jobs_of = |spans: &[Span], kind: &str| {
        let ours = spans
            .iter()
            .filter(|span| is_ours(span, "job") && attribute(span, "kind").as_deref() == Some(kind));
        ours.count()
    };
    while jobs_of(&received.lock().unwrap(), "write_calendar") == 0
        || jobs_of(&received.lock().unwrap(), "send_message") == 0
    {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{:?}",
            received.lock().unwrap()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Too late for the next emptying of the queue: its span is among the last that leave. A page and no file: files are
    // answered before there is a span.
    let last = stage
        .server
        .http
        .get(stage.server.url("/sign-in"))
        .send()
        .await
        .unwrap();
    let last_id = last.headers()["x-request-id"].to_str().unwrap().to_owned();
    stage.server.ask_to_stop();
    let server_end = tokio::task::spawn_blocking(move || {
        let ended = stage.server.wait_for_the_end();
        (ended, stage)
    });
    let ((in_order, log), stage) = server_end.await.unwrap();
    assert!(in_order, "{log}");
    let spans = received.lock().unwrap().clone();
    assert!(
        spans
            .iter()
            .any(|span| attribute(span, "request_id").as_ref() == Some(&last_id)),
        "what was still in the queue leaves when the program ends"
    );
    let request = spans.iter().find(|span| is_ours(span, "request")).unwrap();
    assert_eq!(attribute(request, "route").as_deref(), Some("/{slug}/{service}"));
    assert_eq!(attribute(request, "method").as_deref(), Some("POST"));
    let mut kinds = Vec::new();
    for job in spans.iter().filter(|span| is_ours(span, "job")) {
        assert_eq!(job.trace_id, request.trace_id, "{job:?}");
        assert_eq!(job.parent_span_id, request.span_id, "{job:?}");
        kinds.extend(attribute(job, "kind"));
    }
    assert!(
        kinds.contains(&"write_calendar".to_owned()) && kinds.contains(&"send_message".to_owned()),
        "{kinds:?}"
    );
    let everything = format!("{spans:?}");
    let key = hidden(&form, "idempotency_key");
    for personal in ["Okafor", "ben.okafor", "ada@", "anna@", key.as_str()] {
        assert!(!everything.contains(personal), "{personal} is in the traces");
    }
    drop(stage);
}

#[tokio::test]
async fn a_collector_that_never_answers_slows_nothing() {
    // It takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let without = Server::start(Engine::Sqlite).await;
    let setting = [("TIMETAP_OTLP_ENDPOINT", endpoint)];
    let mut with = Server::start_at(Engine::Sqlite, free_address(), &setting).await;
    let mut times = [Vec::new(), Vec::new()];
    // More requests than the queue of spans is long, in turns, so that whatever else the machine does meets both.
    for round in 0..2600 {
        for (server, times) in [&without, &with].into_iter().zip(&mut times) {
            let begun = Instant::now();
            let answer = server.http.get(server.url("/robots.txt")).send().await.unwrap();
            answer.bytes().await.unwrap();
            if round >= 100 {
                times.push(begun.elapsed());
            }
        }
    }
    // Of each a tenth is faster: what waits shows there as well, and what else a busy machine does shows less.
    let [without_traces, with_traces] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 10]
    });
    println!("without traces {without_traces:?}, with a silent collector {with_traces:?}");
    assert!(
        with_traces < without_traces * 2 + Duration::from_millis(1),
        "{without_traces:?} → {with_traces:?}"
    );
    with.ask_to_stop();
    let asked = Instant::now();
    let (in_order, log) = with.wait_for_the_end();
    assert!(in_order, "{log}");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}
