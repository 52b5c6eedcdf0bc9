//! The straight way: order, pay, booked.

use rstest::rstest;
use timetap_core::orders::OrderStatus;
use timetap_sandbox::{FaultKind, MailFilter, Origin, PayWith, SessionOutcome};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::orders::place_order;
use timetap_usecases::payments::{CheckoutStart, OpenCheckoutError, look_at_payment, open_checkout};

use super::support::Till;

const MORNING: &str = "2026-11-24T10:00:00+01:00";
const NOON: &str = "2026-11-24T12:00:00+01:00";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cart_of_three_things_is_paid_and_booked(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let items = vec![
        ShopScene::at(ShopScene::LESSON, MORNING),
        ShopScene::at(ShopScene::PARTY, NOON),
        ShopScene::camp(&["Mia", "Leo"]),
    ];
    let (placed, session) = till.check_out(items).await;
    let asked = till.stripe().stripe_object(&session).unwrap();
    assert_eq!(asked["amount_total"], 4_000 + 12_000 + 2 * 20_000);
    assert_eq!(asked["client_reference_id"], placed.order_id.to_string());
    let back = asked["success_url"].as_str().unwrap();
    assert!(
        back.contains(&placed.capability) && back.contains("/checkout/processing?order="),
        "{back}"
    );
    till.pay(&session);
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!((order.status.as_str(), order.paid_minor), ("paid", 56_000));
    assert_eq!(till.states(placed.order_id).await, ["booked"; 3]);
    let appointments = till.appointments(placed.order_id).await;
    assert_eq!(appointments.len(), 3);
    let camp = appointments.iter().find(|one| one.occurrence_id.is_some()).unwrap();
    assert_eq!(camp.days, 3);
    assert_eq!(
        till.count("SELECT count(*) FROM claims WHERE kind = 'firm' AND appointment_id IS NOT NULL")
            .await,
        3
    );
    assert_eq!(till.count("SELECT count(*) FROM seats WHERE kind = 'firm'").await, 2);
    // Everybody's own link, and the staff's calendars.
    assert_eq!(till.count("SELECT count(*) FROM calendar_writes").await, 3);
    assert_eq!(
        open_checkout(till.app(), placed.order_id).await.unwrap(),
        CheckoutStart::Settled
    );
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_comes_back_first_is_enough_and_many_at_once_book_once(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let items = vec![ShopScene::at(ShopScene::LESSON, MORNING), ShopScene::camp(&["Mia"])];
    let (placed, session) = till.check_out(items).await;
    till.pay(&session);
    let replica = till.program.replica().await;
    let looks = (0..6).map(|place| {
        let app = if place % 2 == 0 { till.app() } else { &replica };
        look_at_payment(app, placed.order_id)
    });
    for look in futures::future::join_all(looks).await {
        assert_eq!(look.unwrap(), OrderStatus::Paid);
    }
    assert_eq!(till.appointments(placed.order_id).await.len(), 2);
    assert_eq!(till.payments(placed.order_id).await.len(), 1);
    till.settle().await;
    assert_eq!(till.appointments(placed.order_id).await.len(), 2);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_costs_nothing_needs_no_stripe(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    till.sql("UPDATE services SET price_minor = 0").await;
    till.stripe().unplug_stripe();
    let placed = till.place(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    for _ in 0..2 {
        assert_eq!(
            open_checkout(till.app(), placed.order_id).await.unwrap(),
            CheckoutStart::Settled
        );
    }
    assert_eq!(till.order(placed.order_id).await.status, "paid");
    assert_eq!(till.appointments(placed.order_id).await.len(), 1);
    till.wait(40);
    till.settle().await;
    assert_eq!(till.states(placed.order_id).await, ["booked"]);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_page_is_opened_whatever_becomes_of_the_request(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let placed = till.place(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    let open = || open_checkout(till.app(), placed.order_id);
    till.stripe().unplug_stripe();
    assert!(matches!(open().await, Err(OpenCheckoutError::Unavailable)));
    till.stripe().plug_stripe();
    // The answer is lost; the same question finds what it made.
    till.fail("stripe.sessions.create", FaultKind::ResetAfter);
    assert!(matches!(open().await, Err(OpenCheckoutError::Unavailable)));
    assert_eq!(till.effects("session.created"), 1);
    let CheckoutStart::Pay { url } = open().await.unwrap() else {
        panic!()
    };
    assert_eq!(till.effects("session.created"), 1);
    for start in futures::future::join_all((0..3).map(|_| open())).await {
        assert_eq!(start.unwrap(), CheckoutStart::Pay { url: url.clone() });
    }
    assert_eq!(till.effects("session.created"), 1);
    // Nobody is asked to pay for what may be somebody else's by now.
    till.wait(32);
    assert!(matches!(open().await, Err(OpenCheckoutError::TooLate)));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_of_500_is_kept_with_its_key_so_that_the_next_try_has_another(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let placed = till.place(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    till.fail(
        "stripe.sessions.create",
        FaultKind::Status {
            status: 500,
            reason: None,
            retry_after: None,
        },
    );
    let first = open_checkout(till.app(), placed.order_id).await;
    assert!(matches!(first, Err(OpenCheckoutError::Unavailable)), "{first:?}");
    till.session_of(placed.order_id).await;
    assert_eq!(till.order(placed.order_id).await.attempt, 2);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_cart_is_emptied_when_it_is_paid_and_not_before(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let cart_id = till.fill_cart(ShopScene::LESSON).await;
    till.wait(1);
    let mut draft = till
        .scene
        .draft(till.app(), vec![ShopScene::at(ShopScene::LESSON, MORNING)]);
    draft.cart_id = Some(cart_id);
    let placed = place_order(till.app(), &draft).await.unwrap();
    let session = till.session_of(placed.order_id).await;
    till.wait(1);
    // Put in while paying: that is for another time.
    till.put_in(cart_id, ShopScene::PARTY).await;
    let left = "SELECT count(*) FROM cart_items";
    till.settle().await;
    assert_eq!(till.count(left).await, 2);
    till.pay(&session);
    till.settle().await;
    assert_eq!(till.count(left).await, 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_declined_card_ends_nothing(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, session) = till.check_out(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    let declined = till.pay_with(&session, &PayWith::Declined("insufficient_funds".to_owned()));
    assert!(matches!(declined, SessionOutcome::Declined(_)));
    till.settle().await;
    assert_eq!(till.order(placed.order_id).await.status, "awaiting_payment");
    assert_eq!(till.states(placed.order_id).await, ["held"]);
    till.pay(&session);
    till.settle().await;
    assert_eq!(till.order(placed.order_id).await.status, "paid");
    till.sound().await;
}

#[rstest]
#[case::other_amount("UPDATE orders SET total_minor = total_minor - 1")]
#[case::other_currency("UPDATE orders SET currency = 'USD'")]
#[tokio::test]
async fn another_amount_than_was_asked_books_nothing_and_goes_back(
    #[case] change: &str,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let till = Till::open(engine).await;
    let (placed, session) = till.check_out(vec![ShopScene::at(ShopScene::LESSON, MORNING)]).await;
    till.sql(change).await;
    till.pay(&session);
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!((order.status.as_str(), order.refunded_minor), ("refunded", 4_000));
    assert_eq!(till.states(placed.order_id).await, ["lost"]);
    assert_eq!(till.effects("refund.created"), 1);
    // The customer reads why, and what goes back: as much as came, in what it came in.
    let told = till.stripe().mails(&MailFilter {
        origin: Some(Origin::Smtp),
        ..MailFilter::to("dora@example.com")
    });
    assert_eq!(told.len(), 1, "{told:#?}");
    let mail = &told[0].content;
    assert!(
        mail.subject.starts_with("Not booked, your money goes back"),
        "{}",
        mail.subject
    );
    let text = mail.text.clone().unwrap();
    for words in ["it is another sum than the order asks for", "€40.00 goes back to you"] {
        assert!(text.contains(words), "{words} is missing in\n{text}");
    }
    till.sound().await;
}
