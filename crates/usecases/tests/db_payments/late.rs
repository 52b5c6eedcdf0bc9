//! Money that comes late, or not at all.

use rstest::rstest;
use timetap_sandbox::{FaultKind, PayWith};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::bookings::Actor;
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::payments::{
    CancelOrderError, CheckoutStart, cancel_item, cancel_order, look_at_payment, open_checkout,
};
use uuid::Uuid;

use super::support::{Till, customer};

const MORNING: &str = "2026-11-24T10:00:00+01:00";
const NOON: &str = "2026-11-24T12:00:00+01:00";

/// Pays in the last minute of the session, and lets the hold run out before anybody hears of it.
async fn paid_unheard(till: &Till, items: Vec<timetap_usecases::orders::DraftItem>) -> Uuid {
    let (placed, session) = till.check_out(items).await;
    till.wait(30);
    till.pay(&session);
    till.wait(10);
    placed.order_id
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_still_free_after_the_hold_is_booked(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let order = paid_unheard(
        &till,
        vec![ShopScene::at(ShopScene::PARTY, NOON), ShopScene::camp(&["Mia"])],
    )
    .await;
    // Also where the holds were swept away meanwhile.
    till.sql("DELETE FROM claims").await;
    till.sql("DELETE FROM seats").await;
    till.settle().await;
    assert_eq!(till.order(order).await.status, "paid");
    assert_eq!(till.states(order).await, ["booked", "booked"]);
    assert_eq!(till.count("SELECT count(*) FROM claims WHERE kind = 'firm'").await, 2);
    assert_eq!(till.effects("refund.created"), 0);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_somebody_else_has_by_then_goes_back_once(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let items = vec![
        ShopScene::at(ShopScene::LESSON, MORNING),
        ShopScene::at(ShopScene::PARTY, NOON),
    ];
    let order = paid_unheard(&till, items).await;
    let faster = till.place(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    // The answer about the refund is lost, too.
    till.fail("stripe.refunds.create", FaultKind::ResetAfter);
    till.settle().await;
    till.wait(5);
    till.settle().await;
    let row = till.order(order).await;
    assert_eq!((row.status.as_str(), row.refunded_minor), ("partly_refunded", 4_000));
    assert_eq!(till.states(order).await, ["lost", "booked"]);
    assert_eq!(till.effects("refund.created"), 1);
    assert_eq!(till.refunds(order).await[0].status, "succeeded");
    assert_eq!(till.states(faster.order_id).await, ["held"]);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_discount_is_shared_out_to_what_goes_back(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let items = vec![
        ShopScene::at(ShopScene::LESSON, MORNING),
        ShopScene::at(ShopScene::TUTOR, NOON),
    ];
    let (placed, session) = till.check_out(items).await;
    till.type_code(&session, "SPRING10", &[("percent_off", "10")]).await;
    till.pay(&session);
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!(
        (
            order.status.as_str(),
            order.total_minor,
            order.discount_minor,
            order.paid_minor
        ),
        ("paid", 7_000, 700, 6_300)
    );
    let item = till.items(placed.order_id).await[1].id;
    let back = timetap_usecases::payments::refund_on_cancel(till.app(), placed.order_id, item).await;
    let back = back.unwrap();
    assert_eq!((back.amount, back.paid), (2_700, 2_700));
    cancel_item(till.app(), placed.order_id, item, &customer(&placed), "")
        .await
        .unwrap();
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!(
        (order.status.as_str(), order.refunded_minor),
        ("partly_refunded", 2_700)
    );
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_code_that_takes_everything_off_books_without_money(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let items = vec![ShopScene::at(ShopScene::LESSON, MORNING)];
    let (placed, session) = till.check_out(items).await;
    till.type_code(&session, "FRIEND", &[("percent_off", "100")]).await;
    till.pay(&session);
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!(
        (order.status.as_str(), order.discount_minor, order.paid_minor),
        ("paid", 4_000, 0)
    );
    assert_eq!(till.states(placed.order_id).await, ["booked"]);
    let item = till.items(placed.order_id).await[0].id;
    cancel_item(till.app(), placed.order_id, item, &customer(&placed), "")
        .await
        .unwrap();
    till.settle().await;
    assert_eq!(till.effects("refund.created"), 0);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn nobody_can_pay_after_the_end_and_what_was_held_is_free(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, session) = till
        .check_out(vec![
            ShopScene::at(ShopScene::LESSON, MORNING),
            ShopScene::camp(&["Mia"]),
        ])
        .await;
    // Stripe's own news of the end are lost; the job at the end of the hold finds out by itself.
    till.wait(37);
    run_due_jobs(till.app()).await.unwrap();
    let order = till.order(placed.order_id).await;
    assert_eq!(
        (order.status.as_str(), order.closed_as.as_deref()),
        ("expired", Some("expired"))
    );
    assert_eq!(till.states(placed.order_id).await, ["released", "released"]);
    assert_eq!(
        till.count("SELECT (SELECT count(*) FROM claims) + (SELECT count(*) FROM seats)")
            .await,
        0
    );
    assert_eq!(till.stripe().stripe_object(&session).unwrap()["status"], "expired");
    assert_eq!(
        open_checkout(till.app(), placed.order_id).await.unwrap(),
        CheckoutStart::Closed
    );
    till.settle().await;
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_end_waits_for_a_stripe_that_does_not_answer(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, session) = till.check_out(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    till.wait(30);
    till.pay(&session);
    till.stripe().unplug_stripe();
    till.wait(10);
    run_due_jobs(till.app()).await.unwrap();
    // Not expired: it may have been paid.
    assert_eq!(till.order(placed.order_id).await.status, "awaiting_payment");
    till.stripe().plug_stripe();
    till.wait(60);
    run_due_jobs(till.app()).await.unwrap();
    assert_eq!(till.order(placed.order_id).await.status, "paid");
    till.settle().await;
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn whoever_calls_off_and_pays_all_the_same_has_it_all_back(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, session) = till.check_out(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    let stranger = Actor::Customer {
        capability: Some("not-the-token"),
        user_id: None,
    };
    let foreign = cancel_order(till.app(), placed.order_id, &stranger).await;
    assert!(matches!(foreign, Err(CancelOrderError::NotFound)), "{foreign:?}");
    for _ in 0..2 {
        cancel_order(till.app(), placed.order_id, &customer(&placed))
            .await
            .unwrap();
    }
    assert_eq!(till.order(placed.order_id).await.status, "cancelled");
    assert_eq!(till.count("SELECT count(*) FROM claims").await, 0);
    // In the moment between, before the job has ended Stripe's page.
    till.pay(&session);
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!((order.status.as_str(), order.refunded_minor), ("refunded", 4_000));
    assert!(till.appointments(placed.order_id).await.is_empty());
    let paid = cancel_order(till.app(), placed.order_id, &customer(&placed)).await;
    assert!(matches!(paid, Err(CancelOrderError::Paid)), "{paid:?}");
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn calling_off_ends_the_payment_page(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, session) = till.check_out(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    cancel_order(till.app(), placed.order_id, &customer(&placed))
        .await
        .unwrap();
    run_due_jobs(till.app()).await.unwrap();
    assert_eq!(till.stripe().stripe_object(&session).unwrap()["status"], "expired");
    till.settle().await;
    assert_eq!(till.order(placed.order_id).await.status, "cancelled");
    till.sound().await;
}

#[rstest]
#[case::arrives(true)]
#[case::fails(false)]
#[tokio::test]
async fn a_debit_keeps_the_places_until_it_is_decided(
    #[case] arrives: bool,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let till = Till::open(engine).await;
    let (placed, session) = till
        .check_out(vec![ShopScene::at(ShopScene::LESSON, "2026-12-10T10:00:00+01:00")])
        .await;
    till.pay_with(&session, &PayWith::Delayed { succeeds: arrives });
    till.settle().await;
    assert_eq!(till.order(placed.order_id).await.status, "awaiting_payment");
    assert_eq!(till.payments(placed.order_id).await[0].status, "processing");
    // A day later nobody else can have it.
    till.wait(24 * 60);
    till.settle().await;
    assert_eq!(till.states(placed.order_id).await, ["held"]);
    till.stripe().settle_session(&session, arrives).unwrap();
    till.settle().await;
    let (status, items) = if arrives {
        ("paid", "booked")
    } else {
        ("expired", "released")
    };
    assert_eq!(till.order(placed.order_id).await.status, status);
    assert_eq!(till.states(placed.order_id).await, [items]);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_order_paid_on_two_pages_is_booked_once_and_paid_once(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, first) = till.check_out(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    // As after a lost answer: the first page exists, and nobody knows of it.
    till.sql("UPDATE orders SET stripe_session_id = NULL, stripe_session_url = NULL, attempt = attempt + 1")
        .await;
    let second = till.session_of(placed.order_id).await;
    assert_ne!(first, second);
    till.pay(&first);
    till.pay(&second);
    till.settle().await;
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!(
        (order.paid_minor, order.refunded_minor, order.status.as_str()),
        (8_000, 4_000, "partly_refunded")
    );
    assert_eq!(till.refunds(placed.order_id).await[0].reason, "paid_twice");
    assert_eq!(till.appointments(placed.order_id).await.len(), 1);
    look_at_payment(till.app(), placed.order_id).await.unwrap();
    assert_eq!(till.effects("refund.created"), 1);
    till.sound().await;
}
