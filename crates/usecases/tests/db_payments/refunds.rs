//! What goes back: by policy, by hand, by a bank.

use rstest::rstest;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use timetap_sandbox::{FaultKind, MailFilter, Origin};
use timetap_store::entities::{appointment, order_item, service};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::bookings::{Actor, ExchangeForm, Exchanged, exchange_booking, view_exchange};
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::orders::Placed;
use timetap_usecases::payments::{
    CancelOrderError, cancel_item, look_at_payment, refund_if_host_cancels, refund_of_booking, refund_on_cancel,
};
use uuid::Uuid;

use super::support::{Till, customer};

const MORNING: &str = "2026-11-24T10:00:00+01:00";
const NOON: &str = "2026-11-24T12:00:00+01:00";

async fn bought(till: &Till) -> (Placed, Vec<Uuid>) {
    let items = vec![
        ShopScene::at(ShopScene::LESSON, MORNING),
        ShopScene::at(ShopScene::PARTY, NOON),
    ];
    let placed = till.buy(items).await;
    let items = till.items(placed.order_id).await;
    (placed, items.into_iter().map(|item| item.id).collect())
}

#[rstest]
#[case::in_time(0, 4_000)]
#[case::late(3 * 24 * 60, 2_000)]
#[tokio::test]
async fn a_customer_gets_back_what_the_service_says(
    #[case] after: i64,
    #[case] back: i64,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let till = Till::open(engine).await;
    let (placed, items) = bought(&till).await;
    till.wait(after);
    assert_eq!(
        refund_on_cancel(till.app(), placed.order_id, items[0])
            .await
            .unwrap()
            .amount,
        back
    );
    for _ in 0..2 {
        cancel_item(till.app(), placed.order_id, items[0], &customer(&placed), "")
            .await
            .unwrap();
        till.settle().await;
    }
    let order = till.order(placed.order_id).await;
    assert_eq!((order.status.as_str(), order.refunded_minor), ("partly_refunded", back));
    assert_eq!(till.states(placed.order_id).await, ["cancelled", "booked"]);
    assert_eq!(till.effects("refund.created"), 1);
    assert_eq!(till.items(placed.order_id).await[0].refunded_minor, back);
    // Its time is free.
    till.place(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    till.sound().await;
}

#[rstest]
#[case::another_service(true)]
#[case::other_rules_of_the_same(false)]
#[tokio::test]
async fn what_was_bought_keeps_its_refund_rules(
    #[case] becomes_another: bool,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let till = Till::open(engine).await;
    let (placed, items) = bought(&till).await;
    let on = till.app().db.writer();
    let lesson = service::Entity::find_by_id(ShopScene::LESSON).one(on).await.unwrap();
    let strict = service::Model {
        id: Uuid::from_u128(0x71),
        slug: "violin".to_owned(),
        title: "Violin lesson".to_owned(),
        position: 9,
        refund_until_minutes: 8_760 * 60,
        late_refund_percent: 0,
        ..lesson.unwrap()
    };
    if becomes_another {
        strict.clone().into_active_model().insert(on).await.unwrap();
        let booked = appointment::Entity::find()
            .filter(appointment::Column::OrderItemId.eq(items[0]))
            .one(on)
            .await
            .unwrap()
            .unwrap();
        let anna = till.scene.anna.id;
        let form = view_exchange(till.app(), anna, booked.id).await.unwrap().unwrap();
        assert!(form.is_paid, "the form speaks of the refund rules");
        let wish = ExchangeForm {
            service: &strict.id.to_string(),
            ..ExchangeForm::default()
        };
        let done = exchange_booking(till.app(), anna, booked.id, wish).await.unwrap();
        assert_eq!(done, Exchanged::Changed);
        assert_eq!(till.items(placed.order_id).await[0].service_id, strict.id);
    } else {
        let changed = service::ActiveModel {
            id: Set(ShopScene::LESSON),
            refund_until_minutes: Set(strict.refund_until_minutes),
            late_refund_percent: Set(0),
            ..Default::default()
        };
        changed.update(on).await.unwrap();
    }
    let previewed = refund_on_cancel(till.app(), placed.order_id, items[0]).await.unwrap();
    assert_eq!(previewed.amount, 4_000, "all of it, as it was sold");
    let booked = till.appointments(placed.order_id).await;
    let lesson = booked.iter().find(|one| one.order_item_id == Some(items[0])).unwrap();
    let words = refund_of_booking(till.app(), lesson).await.unwrap().unwrap();
    assert_eq!(
        (words.0.to_string(), words.1.to_string()),
        ("€40.00".to_owned(), "€40.00".to_owned())
    );
    cancel_item(till.app(), placed.order_id, items[0], &customer(&placed), "")
        .await
        .unwrap();
    till.settle().await;
    assert_eq!(till.order(placed.order_id).await.refunded_minor, 4_000);

    // What an earlier version sold has none of its own and goes by the service's; so it is bought today.
    let party = order_item::ActiveModel {
        id: Set(items[1]),
        refund_until_minutes: Set(None),
        late_refund_percent: Set(None),
        ..Default::default()
    };
    party.update(on).await.unwrap();
    let old = refund_on_cancel(till.app(), placed.order_id, items[1]).await.unwrap();
    assert_eq!(old.amount, 12_000);
    till.wait((3 * 24 + 2) * 60);
    let old = refund_on_cancel(till.app(), placed.order_id, items[1]).await.unwrap();
    assert_eq!(old.amount, 6_000);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn whom_the_host_cancels_on_gets_all_back_and_strangers_can_cancel_nothing(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, items) = bought(&till).await;
    till.wait(3 * 24 * 60);
    let stranger = Actor::Host {
        user_id: Uuid::from_u128(0xbad),
    };
    let refused = cancel_item(till.app(), placed.order_id, items[1], &stranger, "").await;
    assert!(matches!(refused, Err(CancelOrderError::NotFound)), "{refused:?}");
    let host = Actor::Host {
        user_id: till.scene.ben.id,
    };
    // Who is asked before cancelling reads as much.
    let appointments = till.appointments(placed.order_id).await;
    let booked = appointments
        .iter()
        .find(|one| one.order_item_id == Some(items[1]))
        .unwrap();
    let told = refund_if_host_cancels(till.app(), booked).await.unwrap();
    assert_eq!(told.unwrap().minor, 12_000);
    cancel_item(till.app(), placed.order_id, items[1], &host, "Sorry")
        .await
        .unwrap();
    till.settle().await;
    assert_eq!(till.order(placed.order_id).await.refunded_minor, 12_000);
    assert_eq!(till.states(placed.order_id).await, ["booked", "cancelled"]);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_500_of_the_refund_is_asked_anew_and_gives_once(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, items) = bought(&till).await;
    let kept = FaultKind::Status {
        status: 500,
        reason: None,
        retry_after: None,
    };
    till.fail("stripe.refunds.create", kept);
    cancel_item(till.app(), placed.order_id, items[0], &customer(&placed), "")
        .await
        .unwrap();
    till.settle().await;
    let refund = &till.refunds(placed.order_id).await[0];
    assert_eq!((refund.status.as_str(), refund.attempts), ("wanted", 1));
    till.wait(5);
    till.settle().await;
    assert_eq!(till.refunds(placed.order_id).await[0].status, "succeeded");
    assert_eq!(till.effects("refund.created"), 1);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_found_when_its_key_is_long_forgotten(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, items) = bought(&till).await;
    till.fail("stripe.refunds.create", FaultKind::ResetAfter);
    cancel_item(till.app(), placed.order_id, items[0], &customer(&placed), "")
        .await
        .unwrap();
    run_due_jobs(till.app()).await.unwrap();
    assert_eq!(till.refunds(placed.order_id).await[0].status, "wanted");
    till.wait(25 * 60);
    run_due_jobs(till.app()).await.unwrap();
    assert_eq!(till.refunds(placed.order_id).await[0].status, "succeeded");
    assert_eq!(till.effects("refund.created"), 1);
    till.settle().await;
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_refund_that_stripe_refuses_is_a_persons(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    till.sql("UPDATE users SET role = 'admin' WHERE email = 'anna@timetap.test'")
        .await;
    let (placed, items) = bought(&till).await;
    let refused = FaultKind::Status {
        status: 402,
        reason: None,
        retry_after: None,
    };
    till.fail("stripe.refunds.create", refused);
    cancel_item(till.app(), placed.order_id, items[0], &customer(&placed), "")
        .await
        .unwrap();
    till.settle().await;
    assert_eq!(till.refunds(placed.order_id).await[0].status, "failed");
    till.settle().await;
    told_of_failure(&till);
    assert_eq!(till.effects("refund.created"), 0);
}

/// The customer reads that they get it by another way, whoever runs the installation that they have to see to it; once.
fn told_of_failure(till: &Till) {
    for (who, subject) in [
        ("dora@example.com", "Your refund of €40.00 did not get through: order "),
        ("anna@timetap.test", "Please give €40.00 back by another way: order "),
    ] {
        let told = till.stripe().mails(&MailFilter {
            origin: Some(Origin::Smtp),
            ..MailFilter::to(who)
        });
        let about: Vec<_> = told
            .iter()
            .filter(|mail| mail.content.subject.starts_with(subject))
            .collect();
        assert_eq!(about.len(), 1, "{told:#?}");
        let text = about[0].content.text.clone().unwrap();
        assert_eq!(text.contains("?token="), who.starts_with("dora"), "{text}");
        // Each answers the other.
        let other = if who.starts_with("dora") {
            "anna@timetap.test"
        } else {
            "dora@example.com"
        };
        let answer_to = about[0].content.reply_to.clone().unwrap();
        assert!(answer_to.contains(other), "{answer_to}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_refund_that_fails_later_is_said_and_counts_no_more(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    till.sql("UPDATE users SET role = 'admin' WHERE email = 'anna@timetap.test'")
        .await;
    let (placed, items) = bought(&till).await;
    till.stripe().make_refunds_wait(true);
    cancel_item(till.app(), placed.order_id, items[0], &customer(&placed), "")
        .await
        .unwrap();
    till.settle().await;
    let refund = till.refunds(placed.order_id).await.remove(0);
    assert_eq!(refund.status, "pending");
    let there = refund.provider_id.unwrap();
    till.stripe().fail_refund(&there, "expired_or_canceled_card").unwrap();
    till.settle().await;
    let refund = till.refunds(placed.order_id).await.remove(0);
    assert_eq!(
        (refund.status.as_str(), refund.last_error_code.as_deref()),
        ("failed", Some("expired_or_canceled_card"))
    );
    let order = till.order(placed.order_id).await;
    assert_eq!((order.status.as_str(), order.refunded_minor), ("paid", 0));
    assert_eq!(till.effects("refund.created"), 1);
    till.settle().await;
    told_of_failure(&till);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_given_back_by_hand_at_stripe_is_known(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, _) = bought(&till).await;
    let intent = till.order(placed.order_id).await.stripe_payment_intent_id.unwrap();
    let stripe = till.app().stripe.as_ref().unwrap();
    stripe
        .create_refund(&intent, 1_000, "by-hand", "by-hand")
        .await
        .unwrap();
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!(
        (order.status.as_str(), order.refunded_minor),
        ("partly_refunded", 1_000)
    );
    assert_eq!(till.refunds(placed.order_id).await[0].reason, "outside");
    till.sound().await;
}

#[rstest]
#[case::won(true)]
#[case::lost(false)]
#[tokio::test]
async fn while_a_bank_holds_the_money_nothing_goes_back(
    #[case] won: bool,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let till = Till::open(engine).await;
    let (placed, items) = bought(&till).await;
    let intent = till.order(placed.order_id).await.stripe_payment_intent_id.unwrap();
    let dispute = till.stripe().raise_dispute(&intent, "fraudulent", None).unwrap();
    till.settle().await;
    assert_eq!(till.order(placed.order_id).await.status, "disputed");
    cancel_item(till.app(), placed.order_id, items[0], &customer(&placed), "")
        .await
        .unwrap();
    till.settle().await;
    assert_eq!(till.effects("refund.created"), 0);
    till.stripe()
        .decide_dispute(dispute["id"].as_str().unwrap(), won)
        .unwrap();
    till.settle().await;
    till.wait(7 * 60);
    till.settle().await;
    let order = till.order(placed.order_id).await;
    // What the bank has given back to us goes back to the customer; what it has taken is there already.
    let expected = if won {
        ("partly_refunded", Some("won"), 1)
    } else {
        ("disputed", Some("lost"), 0)
    };
    let found = (
        order.status.as_str(),
        order.dispute_status.as_deref(),
        till.effects("refund.created"),
    );
    assert_eq!(found, expected);
    let refund = till.refunds(placed.order_id).await.remove(0);
    let code = Some("dispute_lost").filter(|_| !won);
    assert_eq!(
        (refund.status.as_str(), refund.last_error_code.as_deref()),
        (if won { "succeeded" } else { "failed" }, code)
    );
    assert_eq!(
        till.count("SELECT count(*) FROM jobs WHERE kind = 'refund' AND state = 'dead'")
            .await,
        i64::from(!won)
    );
    // They have their money: nobody is told that it is missing.
    let told = till.count("SELECT count(*) FROM messages WHERE kind = 'order_refund_failed'");
    assert_eq!(told.await, 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_old_answer_never_overwrites_a_newer_one(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, _) = bought(&till).await;
    let intent = till.order(placed.order_id).await.stripe_payment_intent_id.unwrap();
    // An answer that was made before the refund, and takes a second to arrive.
    till.fail("stripe.sessions.get", FaultKind::SlowDrip { ms: 60 });
    let early = look_at_payment(till.app(), placed.order_id);
    let late = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let stripe = till.app().stripe.as_ref().unwrap();
        stripe
            .create_refund(&intent, 1_000, "by-hand", "by-hand")
            .await
            .unwrap();
        look_at_payment(till.app(), placed.order_id).await.unwrap();
        assert_eq!(till.order(placed.order_id).await.refunded_minor, 1_000);
    };
    let (early, ()) = futures::future::join(Box::pin(early), Box::pin(late)).await;
    early.unwrap();
    let order = till.order(placed.order_id).await;
    assert_eq!(
        (order.status.as_str(), order.refunded_minor),
        ("partly_refunded", 1_000)
    );
    till.sound().await;
}
