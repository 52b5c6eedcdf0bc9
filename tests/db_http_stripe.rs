//! Stripe's messages at the door of the real program: taken in when they are Stripe's, once each, and refused with nothing
//! written when they are not.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use timetap_core::clock::Clock;
use timetap_providers::http::{Timeouts, build_client};
use timetap_providers::stripe::{NewLine, NewSession, StripeClient};
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery, PayWith, SessionOutcome, StripeOptions, WebhookEndpoint};
use timetap_testing::{Engine, STRIPE_SIGNING_SECRET};

use support::browser::Browser;
use support::google_stage::Stage;
use support::reading::{between, free_times};

const KEPT: &str = "SELECT count(*) FROM webhook_deliveries";

async fn count(stage: &Stage, sql: &str) -> i64 {
    let on = stage.server.database.db.reader();
    let statement = Statement::from_string(on.get_database_backend(), sql);
    let row = on.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Something that somebody buys elsewhere with the same Stripe account, each time under another number.
async fn pay_elsewhere(stage: &Stage, number: usize) {
    let key = StripeOptions::default().secret_key.into();
    let http = build_client(Timeouts::default()).unwrap();
    let stripe = StripeClient::new(&key, &stage.google.stripe_url().parse().unwrap(), http).unwrap();
    let bread = NewSession {
        order_id: "of-another-program".to_owned(),
        order_number: "B-1".to_owned(),
        currency: "EUR".to_owned(),
        lines: vec![NewLine {
            name: "Bread".to_owned(),
            unit_minor: 400,
            quantity: 1,
            weekly: false,
        }],
        email: "kim@example.com".to_owned(),
        expires_at: Clock::system().now() + SignedDuration::from_mins(40),
        success_url: "http://elsewhere.test/".to_owned(),
        cancel_url: "http://elsewhere.test/".to_owned(),
    };
    let session = stripe.create_session(&bread, &format!("bread-{number}")).await.unwrap();
    let control = stage.google.control();
    control
        .pay_session(&session.id, "kim@example.com", None, &PayWith::Card)
        .unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stripe_sends_is_taken_in_once_and_worked_on(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let control = stage.google.control();
    let twice = FaultRule::new(FaultKind::DuplicateNotifications)
        .on("stripe.webhook")
        .times(3);
    control.add_fault(twice).unwrap();
    pay_elsewhere(&stage, 1).await;
    let events = i64::try_from(control.stripe_objects("event").len()).unwrap();
    assert!(events >= 4);
    for _ in 0..200 {
        let done = count(
            &stage,
            "SELECT count(*) FROM webhook_deliveries WHERE state = 'ignored'",
        )
        .await;
        if done == events && control.stripe_summary().pending_messages == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(control.stripe_summary().pending_messages, 0);
    assert_eq!(count(&stage, KEPT).await, events);
    assert_eq!(
        count(
            &stage,
            "SELECT count(*) FROM webhook_deliveries WHERE state <> 'ignored'"
        )
        .await,
        0
    );
    assert_eq!(
        count(&stage, "SELECT count(*) FROM jobs WHERE kind = 'handle_stripe_event'").await,
        events
    );
}

/// Dora orders what costs something on the pages of the program, and pays on Stripe's.
async fn order_and_pay(stage: &Stage) {
    let (server, stripe) = (&stage.server, stage.google.control());
    drop(Browser::host(server, "anna").await);
    let (path, times) = free_times(server, "anna", "Europe/Madrid").await;
    let price = "UPDATE services SET price_minor = 4000";
    server.database.db.writer().execute_unprepared(price).await.unwrap();
    let (_, pay_at) = Browser::order_as_guest(server, &path, between(&times[0], "slot=", "&")[0]).await;
    let session = pay_at.rsplit('/').next().unwrap();
    let paid = stripe.pay_session(session, "dora@example.com", None, &PayWith::Card);
    assert_eq!(paid.unwrap(), SessionOutcome::Complete);
}

/// What `timetap stripe replay` says.
async fn replay(stage: &Stage) -> String {
    let mut command = stage.server.command();
    command.args(["stripe", "replay"]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_heard_is_fetched_page_by_page_by_a_command(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let stripe = stage.google.control();
    let lost = FaultRule::new(FaultKind::DropNotifications).on("stripe.webhook");
    stripe.add_fault(lost).unwrap();
    order_and_pay(&stage).await;
    // Newer ones come first, so that those about the order stand on the last page.
    while stripe.stripe_objects("event").len() <= 2 * 100 {
        pay_elsewhere(&stage, stripe.stripe_objects("event").len()).await;
    }
    let events = stripe.stripe_objects("event").len();
    for _ in 0..200 {
        if stripe.stripe_summary().pending_messages == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let paid = "SELECT count(*) FROM orders WHERE status = 'paid'";
    assert_eq!((count(&stage, KEPT).await, count(&stage, paid).await), (0, 0));
    assert_eq!(
        replay(&stage).await,
        format!("Stripe told of {events} events; {events} of them were missed and are done by the worker now.\n")
    );
    let pages = stripe.count(&LedgerQuery::method("stripe.events.list"));
    assert_eq!(pages, events.div_ceil(100));
    let left = "SELECT count(*) FROM webhook_deliveries WHERE state NOT IN ('done', 'ignored')";
    for _ in 0..600 {
        if count(&stage, left).await == 0 && count(&stage, paid).await == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let stands = async || {
        let mut counts = Vec::new();
        for sql in [
            left,
            paid,
            KEPT,
            "SELECT count(*) FROM appointments",
            "SELECT count(*) FROM payments",
            "SELECT count(*) FROM refunds",
            "SELECT count(*) FROM messages WHERE kind = 'order_confirmed'",
            "SELECT count(*) FROM jobs WHERE kind = 'handle_stripe_event'",
        ] {
            counts.push(count(&stage, sql).await);
        }
        counts
    };
    let all = i64::try_from(events).unwrap();
    assert_eq!(stands().await, [0, 1, all, 1, 1, 0, 1, all]);
    // Again, nothing changes.
    let again = replay(&stage).await;
    assert_eq!(
        again,
        format!("Stripe told of {events} events; none of them was missed.\n")
    );
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(stands().await, [0, 1, all, 1, 1, 0, 1, all]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_stripes_is_refused_and_nothing_is_written(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let server = &stage.server;
    let now = Clock::system().now().as_second();
    let event = r#"{"id":"evt_1","type":"invoice.paid","created":1,"data":{"object":{"id":"in_1"}}}"#;
    let send = async |signature: Option<String>, body: String| {
        let mut request = server.http.post(server.url("/api/stripe/webhooks")).body(body);
        if let Some(signature) = signature {
            request = request.header("stripe-signature", signature);
        }
        request.send().await.unwrap().status()
    };
    // Everything but one thing is right with each of these.
    let endpoint = WebhookEndpoint::new("", STRIPE_SIGNING_SECRET);
    let signed = |body: &str, at: i64| Some(endpoint.sign(at, body));
    let of_bytes = |bytes: usize| {
        let (head, tail) = event.split_once(r#""id":"in_1""#).unwrap();
        let padding = " ".repeat(bytes - event.len());
        format!(r#"{head}"id":"in_1"{padding}{tail}"#)
    };
    let (large, largest) = (of_bytes(256 * 1024 + 1), of_bytes(256 * 1024));
    for (what, signature, body) in [
        ("no signature", None, event),
        ("an empty one", Some(String::new()), event),
        ("a wrong one", Some(format!("t={now},v1={}", "00".repeat(32))), event),
        ("one that is none", Some("t=1,v1=zz".to_owned()), event),
        ("another body's", signed("{}", now), event),
        ("an old one", signed(event, now - 301), event),
        ("too large", signed(&large, now), &large),
        ("no JSON", signed("{", now), "{"),
        ("no event", signed("[1]", now), "[1]"),
        ("NUL", signed("\u{0}", now), "\u{0}"),
    ] {
        assert_eq!(
            send(signature, body.to_owned()).await,
            StatusCode::BAD_REQUEST,
            "{what}"
        );
    }
    let looked = server
        .http
        .get(server.url("/api/stripe/webhooks"))
        .send()
        .await
        .unwrap();
    assert_eq!(looked.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(count(&stage, KEPT).await, 0);
    assert_eq!(
        count(&stage, "SELECT count(*) FROM jobs WHERE kind = 'handle_stripe_event'").await,
        0
    );
    // And nothing but that one thing was wrong.
    assert_eq!(send(signed(event, now - 240), event.to_owned()).await, StatusCode::OK);
    assert_eq!(send(signed(&largest, now), largest.clone()).await, StatusCode::OK);
    assert_eq!(count(&stage, KEPT).await, 1);
}
