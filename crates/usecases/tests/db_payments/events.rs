//! What Stripe tells: believed when signed, kept once, and asked for when it was missed.

use rstest::rstest;
use serde_json::json;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::jobs::tidy_up::tidy_up;
use timetap_usecases::payments::{ReceiveError, receive_event, replay_events};

use super::support::{Till, sign};

const MORNING: &str = "2026-11-24T10:00:00+01:00";
const KEPT: &str = "SELECT count(*) FROM webhook_deliveries";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_event_is_kept_once_and_has_one_job(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (_, session) = till.check_out(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    till.pay(&session);
    let events = till.untold();
    let event = events.last().unwrap();
    let mut new = 0;
    for told in futures::future::join_all((0..8).map(|_| till.tell(event))).await {
        new += i32::from(told.unwrap());
    }
    assert_eq!(new, 1);
    assert_eq!(till.count(KEPT).await, 1);
    assert_eq!(
        till.count("SELECT count(*) FROM jobs WHERE kind = 'handle_stripe_event'")
            .await,
        1
    );
    run_due_jobs(till.app()).await.unwrap();
    assert!(!till.tell(event).await.unwrap());
    assert_eq!(
        till.count("SELECT count(*) FROM jobs WHERE kind = 'handle_stripe_event'")
            .await,
        1
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_not_signed_or_no_event_is_not_written(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let now = till.app().clock.now().as_second();
    let event =
        json!({"id": "evt_1", "type": "invoice.paid", "created": now, "data": {"object": {"id": "in_1"}}}).to_string();
    let receive = async |signature: String, body: &str| receive_event(till.app(), &signature, body.as_bytes()).await;
    for (signature, body) in [
        (String::new(), event.as_str()),
        (sign("another body", now), &event),
        (sign(&event, now - 301), &event),
    ] {
        let refused = receive(signature, body).await;
        assert!(matches!(refused, Err(ReceiveError::Signature(_))), "{refused:?}");
    }
    for broken in ["", "{}", "[1]", "{\"id\":\"evt_1\"}"] {
        let refused = receive(sign(broken, now), broken).await;
        assert!(matches!(refused, Err(ReceiveError::Envelope(_))), "{refused:?}");
    }
    assert_eq!(
        till.count(KEPT).await + till.count("SELECT count(*) FROM jobs").await,
        0
    );
    assert!(receive(sign(&event, now), &event).await.unwrap());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_nobodys_or_not_known_is_kept_and_let_be(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let now = till.app().clock.now().as_second();
    // Of a type that nobody knows; of objects that do not exist; of another program's order.
    let foreign = till.app().stripe.clone().unwrap();
    let other = timetap_providers::stripe::NewSession {
        order_id: "not-ours".to_owned(),
        order_number: "X".to_owned(),
        currency: "EUR".to_owned(),
        lines: vec![timetap_providers::stripe::NewLine {
            name: "Bread".to_owned(),
            unit_minor: 400,
            quantity: 1,
            weekly: false,
        }],
        email: "kim@example.com".to_owned(),
        expires_at: till.app().clock.now() + jiff::SignedDuration::from_mins(40),
        success_url: "http://elsewhere.test/".to_owned(),
        cancel_url: "http://elsewhere.test/".to_owned(),
    };
    let session = foreign.create_session(&other, "other").await.unwrap();
    till.pay(&session.id);
    for (id, kind, object) in [
        ("evt_a", "never.heard.of", "x_1"),
        ("evt_b", "checkout.session.completed", "cs_test_nowhere"),
        ("evt_c", "charge.refunded", "ch_nowhere"),
        ("evt_d", "customer.subscription.deleted", "sub_nowhere"),
        ("evt_e", "invoice.paid", "in_nowhere"),
        ("evt_f", "charge.dispute.created", "du_nowhere"),
    ] {
        let event = json!({"id": id, "type": kind, "created": now, "data": {"object": {"id": object}}});
        assert!(till.tell(&event).await.unwrap());
    }
    till.settle().await;
    assert_eq!(
        till.count("SELECT count(*) FROM webhook_deliveries WHERE state <> 'ignored'")
            .await,
        0
    );
    assert!(till.count(KEPT).await > 6);
    assert_eq!(till.count("SELECT count(*) FROM orders").await, 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_was_missed_is_fetched(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let begun = till.app().clock.now();
    let mut orders = Vec::new();
    for hour in 8..18 {
        let (placed, session) = till
            .check_out(vec![ShopScene::at(
                ShopScene::LESSON,
                &format!("2026-11-24T{hour:02}:00:00+01:00"),
            )])
            .await;
        till.pay(&session);
        orders.push(placed.order_id);
    }
    let told = till.untold();
    assert!(told.len() >= 40);
    till.tell(&told[0]).await.unwrap();
    let replayed = replay_events(till.app(), begun).await.unwrap();
    assert_eq!((replayed.told, replayed.missed), (told.len(), told.len() - 1));
    run_due_jobs(till.app()).await.unwrap();
    for order in orders {
        assert_eq!(till.order(order).await.status, "paid");
    }
    assert_eq!(replay_events(till.app(), begun).await.unwrap().missed, 0);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_was_told_long_ago_is_forgotten_unless_it_failed(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let now = till.app().clock.now().as_second();
    for id in ["evt_1", "evt_2"] {
        let event = json!({"id": id, "type": "never.heard.of", "created": now, "data": {"object": {"id": "x"}}});
        till.tell(&event).await.unwrap();
    }
    till.settle().await;
    till.sql("UPDATE webhook_deliveries SET state = 'failed' WHERE event_id = 'evt_2'")
        .await;
    for (days, left) in [(59, 2), (2, 1)] {
        till.wait(days * 24 * 60);
        tidy_up(till.app()).await.unwrap();
        assert_eq!(till.count(KEPT).await, left);
    }
}
