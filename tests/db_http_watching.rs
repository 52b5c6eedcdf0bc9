//! The program as whoever runs it sees it: probes, metrics, and log lines that can be joined and tell of nobody.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, SET_COOKIE, WWW_AUTHENTICATE};
use reqwest::{Response, StatusCode};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::Value;
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_store::jobs::insert_job::{NewJob, insert_job};
use timetap_testing::Engine;

use support::browser::{Browser, PASSWORD, location};
use support::google_stage::Stage;
use support::reading::{between, booking_fields, free_times, hidden, page};
use support::{Server, free_address};

const ADA: &str = "ada@sandbox.test";
const TOKEN: &str = "a-token-of-the-operator";

async fn ready(server: &Server) -> (StatusCode, Value, String) {
    let answer = server.http.get(server.url("/readyz")).send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap(), text)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn ready_is_more_than_alive(#[case] engine: Engine) {
    let setting = [("TIMETAP_READY_QUEUE_SECONDS", "60".to_owned())];
    let server = Server::start_at(engine, free_address(), &setting).await;
    let (status, body, _) = ready(&server).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["ready"], true);
    for check in ["serving", "database", "migrations", "queue"] {
        assert_eq!(body["checks"][check]["ok"], true, "{check}: {body}");
    }

    // Work that nobody does: of a kind that this version does not know.
    let now = Clock::system().now();
    let job = NewJob {
        id: Entropy::system().uuid(now),
        kind: "of_another_version",
        payload: serde_json::json!({}),
        subject_id: None,
        lane: None,
        dedupe_key: None,
        priority: 1,
        run_at: now - jiff::SignedDuration::from_secs(90),
        caused_by: None,
        trace_parent: None,
    };
    let writer = server.database.db.writer();
    insert_job(writer, &job, now).await.unwrap();
    let (status, body, _) = ready(&server).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body["checks"]["queue"]["ok"], false, "{body}");
    assert!(
        body["checks"]["queue"]["oldest_due_seconds"].as_u64().unwrap() >= 90,
        "{body}"
    );
    writer
        .execute_unprepared("DELETE FROM jobs WHERE kind = 'of_another_version'")
        .await
        .unwrap();
    assert_eq!(ready(&server).await.0, StatusCode::OK);

    // A schema older than this version's.
    writer
        .execute_unprepared("DELETE FROM seaql_migrations WHERE version LIKE '%jobs%'")
        .await
        .unwrap();
    let (status, body, text) = ready(&server).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body["checks"]["migrations"]["ok"], false, "{body}");
    assert_eq!(body["checks"]["database"]["ok"], true, "{body}");
    assert!(!text.contains("test.db") && !text.contains("postgres"), "{text}");

    let alive = server.http.get(server.url("/healthz")).send().await.unwrap();
    assert_eq!(alive.status(), StatusCode::OK);
    assert_eq!(alive.text().await.unwrap(), "ok");
}

#[tokio::test]
async fn a_database_that_is_away_makes_it_unready_and_not_dead() {
    let server = Server::start(Engine::Postgres).await;

    // One that takes the question and does not answer it.
    let hanging = server.database.db.begin().await.unwrap();
    let lock = "LOCK TABLE seaql_migrations, jobs IN ACCESS EXCLUSIVE MODE";
    hanging.execute_unprepared(lock).await.unwrap();
    let begun = Instant::now();
    let (status, body, _) = ready(&server).await;
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    for (check, ok) in [("database", true), ("migrations", false), ("queue", false)] {
        assert_eq!(body["checks"][check]["ok"], ok, "{body}");
    }
    hanging.rollback().await.unwrap();
    assert_eq!(ready(&server).await.0, StatusCode::OK);

    let name = server.database.url.rsplit('/').next().unwrap().to_owned();
    let admin = sea_orm::Database::connect(std::env::var("TEST_DATABASE_URL").unwrap())
        .await
        .unwrap();
    let forbid = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false");
    admin.execute_unprepared(&forbid).await.unwrap();
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    admin.execute_unprepared(&end).await.unwrap();
    let begun = Instant::now();
    let (status, body, text) = ready(&server).await;
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "a probe does not wait for ever"
    );
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body["checks"]["database"]["ok"], false, "{body}");
    assert!(!text.contains(&name), "{text}");
    let alive = server.http.get(server.url("/healthz")).send().await.unwrap();
    assert_eq!(alive.status(), StatusCode::OK);

    let allow = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true");
    admin.execute_unprepared(&allow).await.unwrap();
    let mut back = StatusCode::SERVICE_UNAVAILABLE;
    for _ in 0..100 {
        back = ready(&server).await.0;
        if back.is_success() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(back, StatusCode::OK, "it recovers by itself");
}

/// The stage, a host on it who has connected Google, and a way to book with her.
struct Scene {
    stage: Stage,
    path: String,
    times: Vec<String>,
}

impl Scene {
    async fn start(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let stage = Stage::start_with_settings(engine, settings).await;
        let anna = Browser::host(&stage.server, "anna").await;
        anna.connect(ADA).await;
        let (path, times) = free_times(&stage.server, "anna", "Europe/Madrid").await;
        Self { stage, path, times }
    }

    /// Sends the form behind `time` in Ben's name.
    async fn book(&self, time: &str, request_id: &str) -> Response {
        let server = &self.stage.server;
        let form = page(server, time).await;
        let fields = booking_fields(&form, "Ben Okafor", "ben.okafor@example.com");
        let request = server.http.post(server.url(&self.path)).form(&fields);
        request.header("x-request-id", request_id).send().await.unwrap()
    }

    /// Waits until `sign` is true of the log.
    async fn log_until(&self, sign: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let log = self.stage.server.process.said();
            if sign(&log) {
                return log;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "the log does not say it: {log}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The value of the series whose line begins with `name`.
fn figure(text: &str, name: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| {
            let rest = line.strip_prefix(name)?;
            rest.strip_prefix("{}").unwrap_or(rest).strip_prefix(' ')
        })
        .unwrap_or_else(|| panic!("{name} is missing in {text}"));
    line.parse().unwrap()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn metrics_tell_what_happened_to_those_who_may_know(#[case] engine: Engine) {
    let own = free_address();
    let settings = [
        ("TIMETAP_METRICS_LISTEN", own.to_string()),
        ("TIMETAP_METRICS_TOKEN", TOKEN.to_owned()),
        ("TIMETAP_MAIL_GRACE_SECONDS", "0".to_owned()),
    ];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let scene = Scene::start(engine, &settings).await;
    let server = &scene.stage.server;
    let booked = scene.book(&scene.times[0], "-").await;
    assert_eq!(booked.status(), StatusCode::SEE_OTHER);
    let id = between(&location(&booked), "/bookings/", "?")[0].to_owned();
    // The address of the time that is gone no longer has a form: the one of another time is sent with it.
    let other = server
        .http
        .get(server.url(&scene.times[3]))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let start = between(&scene.times[0], "slot=", "&")[0]
        .replace("%3A", ":")
        .replace("%2B", "+");
    let key = hidden(&other, "idempotency_key");
    let fields = [
        ("start", start.as_str()),
        ("time_zone", "Europe/Madrid"),
        ("idempotency_key", key.as_str()),
        ("name", "Carla Ruiz"),
        ("email", "carla@example.com"),
    ];
    let refused = server
        .http
        .post(server.url(&scene.path))
        .form(&fields)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    scene
        .log_until(|log| log.contains("mail.send") && log.contains("events.insert"))
        .await;
    // Addresses that nobody has: not one of them may become a series of its own.
    for number in 0..30 {
        let nowhere = format!("/nobody/{number}/at/all");
        server.http.get(server.url(&nowhere)).send().await.unwrap();
    }

    let mut text = String::new();
    for _ in 0..300 {
        let answer = server.http.get(format!("http://{own}/metrics")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        text = answer.text().await.unwrap();
        let done = |kind: &str| {
            text.contains(&format!(
                "timetap_job_attempts_total{{kind=\"{kind}\",outcome=\"done\"}}"
            ))
        };
        // An attempt is counted before the queue notes what it came to.
        let noted = |kind: &str| figure(&text, &format!("timetap_jobs{{kind=\"{kind}\",state=\"done\"}}")) >= 1.0;
        if done("send_message") && done("write_calendar") && noted("write_calendar") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!((figure(&text, "timetap_bookings_total{outcome=\"booked\"}") - 1.0).abs() < 0.1);
    assert!((figure(&text, "timetap_bookings_total{outcome=\"slot_gone\"}") - 1.0).abs() < 0.1);
    let posted = |status: u16| {
        let name = "timetap_http_requests_total{route=\"/{slug}/{service}\",method=\"POST\"";
        figure(&text, &format!("{name},status=\"{status}\"}}"))
    };
    assert!(
        (posted(303) - 1.0).abs() < 0.1 && (posted(409) - 1.0).abs() < 0.1,
        "{text}"
    );
    let nowhere = "timetap_http_requests_total{route=\"unmatched\",method=\"GET\",status=\"404\"}";
    assert!(figure(&text, nowhere) >= 30.0);
    assert!(
        figure(
            &text,
            "timetap_provider_calls_total{provider=\"google\",operation=\"events.insert\",outcome=\"ok\"}"
        ) >= 1.0
    );
    assert!(
        figure(
            &text,
            "timetap_provider_calls_total{provider=\"smtp\",operation=\"mail.send\",outcome=\"ok\"}"
        ) >= 1.0
    );
    assert!(
        figure(
            &text,
            "timetap_job_attempts_total{kind=\"write_calendar\",outcome=\"done\"}"
        ) >= 1.0
    );
    assert!(figure(&text, "timetap_jobs{kind=\"write_calendar\",state=\"done\"}") >= 1.0);
    assert!(figure(&text, "timetap_jobs{kind=\"send_message\",state=\"dead\"}").abs() < 0.1);
    assert!(figure(&text, "timetap_oldest_due_job_age_seconds") < 60.0);
    assert!(figure(&text, "timetap_oldest_busy_times_age_seconds") < 60.0);
    assert!(figure(&text, "process_resident_memory_bytes") > 5e6);
    let seen = "timetap_http_request_duration_seconds_count{route=\"/{slug}/{service}\",method=\"POST\"}";
    assert!((figure(&text, seen) - 2.0).abs() < 0.1);
    for personal in [&id, "anna", "ben", "carla", "Okafor", ADA, "nobody"] {
        assert!(!text.contains(personal), "{personal} is in the metrics");
    }

    // Among the pages: with the token only.
    let among_pages = |token: Option<&str>| {
        let request = server.http.get(server.url("/metrics"));
        match token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")).send(),
            None => request.send(),
        }
    };
    assert_eq!(among_pages(None).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    for wrong in ["", "wrong", "a-token-of-the-operatoR", "a-token-of-the-operator2"] {
        assert_eq!(
            among_pages(Some(wrong)).await.unwrap().status(),
            StatusCode::UNAUTHORIZED,
            "{wrong:?}"
        );
    }
    // To a browser too it is said how one would come in, on the page that it is shown.
    for kinds in ["*/*", "text/html"] {
        let request = server.http.get(server.url("/metrics")).header(ACCEPT, kinds);
        let refused = request.send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{kinds}");
        assert_eq!(refused.headers()[WWW_AUTHENTICATE], "Bearer", "{kinds}");
    }
    let read = among_pages(Some(TOKEN)).await.unwrap();
    assert_eq!(read.status(), StatusCode::OK);
    assert!(read.text().await.unwrap().contains("timetap_bookings_total"));
    let probe = server.http.get(format!("http://{own}/readyz")).send().await.unwrap();
    assert_eq!(probe.status(), StatusCode::OK);
    let page = server.http.get(format!("http://{own}/anna")).send().await.unwrap();
    assert_eq!(
        page.status(),
        StatusCode::NOT_FOUND,
        "no pages on the operator's listener"
    );
}

#[tokio::test]
async fn nobody_reads_metrics_by_default() {
    let server = Server::start(Engine::Sqlite).await;
    let request = server.http.get(server.url("/metrics")).header(AUTHORIZATION, "Bearer ");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert!(!answer.text().await.unwrap().contains("timetap_"));
}

/// The ids of the spans around a line.
fn span_field<'a>(line: &'a Value, span: &str, field: &str) -> Option<&'a str> {
    let spans = line["spans"].as_array()?;
    spans.iter().find(|found| found["name"] == span)?[field].as_str()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_booking_and_its_jobs_are_joined_by_the_request_and_name_nobody(#[case] engine: Engine) {
    let settings = [
        ("TIMETAP_LOG_JSON", "true"),
        ("TIMETAP_LOG", "debug"),
        ("TIMETAP_TRUSTED_PROXIES", "127.0.0.1"),
        ("TIMETAP_MAIL_GRACE_SECONDS", "0"),
    ];
    let scene = Scene::start(engine, &settings).await;
    let booked = scene.book(&scene.times[0], "from-the-proxy-1").await;
    assert_eq!(booked.headers()["x-request-id"], "from-the-proxy-1");
    let capability = between(&location(&booked), "token=", "&")[0].to_owned();
    // Asked for, so that an address that is logged would be seen.
    page(&scene.stage.server, &location(&booked)).await;
    let log = scene
        .log_until(|log| {
            let of_request = |operation: &str| {
                log.lines().any(|line| {
                    line.contains(operation) && line.contains("from-the-proxy-1") && line.contains("job_id")
                })
            };
            of_request("events.insert") && of_request("mail.send")
        })
        .await;
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect();
    let with = |message: &str, field: &str, value: &str| -> Value {
        let mut found = lines.iter().filter(|line| {
            let spans = line["spans"].as_array().into_iter().flatten();
            let ours = spans.clone().any(|span| span["request_id"] == "from-the-proxy-1");
            ours && line["message"] == message && line[field] == value
        });
        found
            .next()
            .unwrap_or_else(|| panic!("no line {message} with {field}={value} in {log}"))
            .clone()
    };
    let booking = with("booking", "outcome", "booked");
    assert_eq!(span_field(&booking, "request", "route"), Some("/{slug}/{service}"));
    for (operation, kind) in [("events.insert", "write_calendar"), ("mail.send", "send_message")] {
        let call = with("provider call", "operation", operation);
        assert_eq!(call["outcome"], "ok");
        assert_eq!(span_field(&call, "job", "kind"), Some(kind));
        assert!(
            span_field(&call, "job", "job_id")
                .unwrap()
                .parse::<uuid::Uuid>()
                .is_ok()
        );
        assert_eq!(span_field(&call, "job", "request_id"), Some("from-the-proxy-1"));
    }

    // A page that fails says so under its request.
    let server = &scene.stage.server;
    let signed_in = Browser::sign_in(server, "carla", "customer").await;
    let writer = server.database.db.writer();
    writer
        .execute_unprepared("ALTER TABLE appointments RENAME TO appointments_gone")
        .await
        .unwrap();
    let broken = signed_in.get("/account/bookings").await;
    assert_eq!(broken.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let broken_id = broken.headers()["x-request-id"].to_str().unwrap().to_owned();
    let log = scene.log_until(|log| log.contains("page failed")).await;
    let line = log.lines().find(|line| line.contains("page failed")).unwrap();
    assert!(line.contains(&broken_id), "{line}");

    let cookie = signed_in.cookie.split_once('=').unwrap().1;
    for personal in [
        "ben.okafor@example.com",
        "Ben Okafor",
        "Okafor",
        "anna@example.org",
        "carla@example.org",
        "Anna Lind",
        ADA,
        capability.as_str(),
        cookie,
        PASSWORD,
        "ya29.",
    ] {
        assert!(!log.contains(personal), "{personal} is in the log: {log}");
    }
}

#[tokio::test]
async fn every_answer_carries_an_id_of_ours_unless_a_trusted_proxy_gave_one() {
    let server = Server::start(Engine::Sqlite).await;
    let get = |path: &str| server.http.get(server.url(path));
    let post = |path: &str| server.http.post(server.url(path));
    let requests = [
        (get("/"), 200),
        (get("/there/is/nothing/here"), 404),
        (get("/pkg/nothing.js"), 404),
        (get("/bookings/0/status"), 404),
        (server.http.delete(server.url("/healthz")), 405),
        (post("/sign-in").header("sec-fetch-site", "cross-site"), 403),
        (post("/sign-in").header("content-type", "text/xml").body("<a/>"), 415),
        (post("/sign-in").form(&[("email", "a".repeat(300 * 1024))]), 413),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (request, status) in requests {
        let answer = request.header("x-request-id", "forged").send().await.unwrap();
        assert_eq!(answer.status(), status, "{}", answer.url());
        assert!(!answer.headers().contains_key(SET_COOKIE));
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert!(id.parse::<uuid::Uuid>().is_ok(), "{} at {}", id, answer.url());
        assert!(seen.insert(id));
    }
}
