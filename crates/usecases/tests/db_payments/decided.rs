//! What was decided of a thing stays decided: booked is booked, and what was given back is not booked for nothing.

use rstest::rstest;
use timetap_core::orders::OrderStatus;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::payments::{cancel_item, cancel_order, look_at_payment};

use super::support::{Till, customer};

const MORNING: &str = "2026-11-24T10:00:00+01:00";
const NOON: &str = "2026-11-24T12:00:00+01:00";
const AFTERNOON: &str = "2026-11-24T16:00:00+01:00";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn whoever_is_confirmed_anew_keeps_what_was_decided(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let items = vec![
        ShopScene::at(ShopScene::LESSON, MORNING),
        ShopScene::at(ShopScene::PARTY, NOON),
        ShopScene::at(ShopScene::TUTOR, AFTERNOON),
    ];
    let (placed, session) = till.check_out(items).await;
    till.wait(30);
    till.pay(&session);
    till.wait(10);
    // Somebody is faster with the lesson, and then leaves it: it could be had again.
    let faster = till.place(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    till.settle().await;
    cancel_order(till.app(), faster.order_id, &customer(&faster))
        .await
        .unwrap();
    let tutor = till.items(placed.order_id).await[2].id;
    cancel_item(till.app(), placed.order_id, tutor, &customer(&placed), "")
        .await
        .unwrap();
    till.settle().await;
    let decided = ["lost", "booked", "cancelled"];
    assert_eq!(till.states(placed.order_id).await, decided);
    let claims = "SELECT count(*) FROM claims";
    let mails = "SELECT count(*) FROM messages";
    let before = (
        till.appointments(placed.order_id).await,
        till.refunds(placed.order_id).await,
        till.count(claims).await,
        till.count(mails).await,
    );
    assert_eq!((before.0.len(), before.1.len(), before.2), (2, 2, 2));

    // The note that it is paid is gone, as after a repair by hand: all that decides now is how each thing stands.
    till.sql(&format!(
        "UPDATE orders SET paid_at = NULL WHERE id = {}",
        till.literal(placed.order_id)
    ))
    .await;
    let status = look_at_payment(till.app(), placed.order_id).await.unwrap();
    assert_eq!(status, OrderStatus::PartlyRefunded);
    till.settle().await;

    assert!(till.order(placed.order_id).await.paid_at.is_some());
    assert_eq!(till.states(placed.order_id).await, decided);
    let after = (
        till.appointments(placed.order_id).await,
        till.refunds(placed.order_id).await,
        till.count(claims).await,
        till.count(mails).await,
    );
    assert_eq!(after, before);
    assert_eq!(till.effects("refund.created"), 2);
    till.sound().await;
}
