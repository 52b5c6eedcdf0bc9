//! A date is called off that people have booked: all of them are told and get all of their money back, once, whatever happens
//! meanwhile.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use rstest::rstest;
use timetap_store::catalogue::list_dated::list_template_dates;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::catalogue::{CallOffError, call_off_date, finish_call_off, plan_templates, view_call_off};
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::orders::{PlaceOrderError, place_order};
use timetap_usecases::payments::cancel_item;
use uuid::Uuid;

use super::support::{DAY, Till, customer};

const RUN: Uuid = ShopScene::CAMP_RUN;

async fn call_off(till: &Till, date: Uuid, key: &str) -> Result<(), CallOffError> {
    call_off_date(till.app(), till.scene.anna.id, date, "There will be a storm.", key).await
}

/// How many bookings are cancelled, of how many there is money to go back, and of how many it is back.
async fn progress(till: &Till, date: Uuid) -> (usize, usize, usize) {
    let view = view_call_off(till.app(), till.scene.anna.id, date)
        .await
        .unwrap()
        .unwrap();
    let (paid, back) = view.refunds();
    (view.cancelled(), paid, back)
}

async fn mails(till: &Till, kind: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM messages WHERE kind = '{kind}' AND audience = 'customer'");
    till.count(&sql).await
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn everybody_gets_all_back_and_nothing_is_sold_there_any_more(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let two = till.buy(vec![ShopScene::camp(&["Mia", "Leo"])]).await;
    let both = vec![
        ShopScene::camp(&["Ada"]),
        ShopScene::at(ShopScene::LESSON, "2026-12-18T10:00:00+01:00"),
    ];
    let mixed = till.buy(both).await;
    let left = till.buy(vec![ShopScene::camp(&["Tom"])]).await;
    let item = till.items(left.order_id).await[0].id;
    cancel_item(till.app(), left.order_id, item, &customer(&left), "")
        .await
        .unwrap();
    till.settle().await;
    // A day before it begins a customer would get the half.
    till.wait(23 * DAY);
    let view = view_call_off(till.app(), till.scene.anna.id, RUN)
        .await
        .unwrap()
        .unwrap();
    let money: Vec<String> = view.money().iter().map(ToString::to_string).collect();
    assert_eq!((view.bookings.len(), money.join(", ").as_str()), (2, "€600.00"));

    for _ in 0..2 {
        call_off(&till, RUN, "form-1").await.unwrap();
    }
    let other = call_off(&till, RUN, "form-2").await;
    assert!(matches!(other, Err(CallOffError::Before)), "{other:?}");
    assert_eq!(progress(&till, RUN).await, (0, 2, 0));
    // From this moment on, before anybody was told.
    let late = till.scene.draft(till.app(), vec![ShopScene::camp(&["Eva"])]);
    match place_order(till.app(), &late).await {
        Err(PlaceOrderError::Refused(refused)) => {
            let said = refused[0].1.message();
            assert!(said.contains("this date was called off"), "{said}");
        }
        other => panic!("{other:?}"),
    }
    till.settle().await;

    assert_eq!(progress(&till, RUN).await, (2, 2, 2));
    let order = till.order(two.order_id).await;
    assert_eq!((order.status.as_str(), order.refunded_minor), ("refunded", 40_000));
    let order = till.order(mixed.order_id).await;
    assert_eq!(
        (order.status.as_str(), order.refunded_minor),
        ("partly_refunded", 20_000)
    );
    assert_eq!(till.states(mixed.order_id).await, ["cancelled", "booked"]);
    let camp = till.appointments(two.order_id).await.remove(0);
    assert_eq!(
        (
            camp.status.as_str(),
            camp.cancelled_by.as_deref(),
            camp.cancel_message.as_deref()
        ),
        ("cancelled", Some("host"), Some("There will be a storm."))
    );
    // Whoever had cancelled before keeps what they had, and is told nothing anew.
    assert_eq!(till.effects("refund.created"), 3);
    assert_eq!(mails(&till, "cancelled").await, 3);
    let gone = "SELECT (SELECT count(*) FROM seats) + (SELECT count(*) FROM claims WHERE occurrence_id IS NOT NULL)";
    assert_eq!(till.count(gone).await, 0);
    let said = "SELECT count(*) FROM timeline WHERE event = 'cancelled' AND text LIKE 'The date was called off by %'";
    assert_eq!(till.count(said).await, 2);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn while_stripe_is_away_bookings_go_and_the_money_follows(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    for child in ["Mia", "Leo", "Ada"] {
        till.buy(vec![ShopScene::camp(&[child])]).await;
    }
    till.stripe().unplug_stripe();
    call_off(&till, RUN, "form").await.unwrap();
    run_due_jobs(till.app()).await.unwrap();
    assert_eq!(progress(&till, RUN).await, (3, 3, 0));
    assert_eq!(mails(&till, "cancelled").await, 3);
    till.stripe().plug_stripe();
    till.wait(30);
    till.settle().await;
    assert_eq!(progress(&till, RUN).await, (3, 3, 3));
    assert_eq!(till.effects("refund.created"), 3);
    let view = view_call_off(till.app(), till.scene.anna.id, RUN)
        .await
        .unwrap()
        .unwrap();
    assert!(view.is_settled());
    till.sound().await;
}

/// Is dropped in the middle, as a worker is that is killed: after it was looked at so many times.
struct Killed<F> {
    work: Pin<Box<F>>,
    looks: u32,
}

impl<F: Future> Future for Killed<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.looks == 0 {
            return Poll::Ready(None);
        }
        self.looks -= 1;
        self.work.as_mut().poll(context).map(Some)
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn stopped_anywhere_it_goes_on_and_does_each_thing_once(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    for child in ["Mia", "Leo", "Ada", "Tom"] {
        till.buy(vec![ShopScene::camp(&[child])]).await;
    }
    let (_, session) = till.check_out(vec![ShopScene::camp(&["Eva"])]).await;
    call_off(&till, RUN, "form").await.unwrap();
    let mut stopped_between = false;
    for looks in 1..120 {
        let work = Killed {
            work: Box::pin(finish_call_off(till.app(), RUN)),
            looks,
        };
        if work.await.is_some() {
            break;
        }
        let (cancelled, ..) = progress(&till, RUN).await;
        stopped_between |= (1..4).contains(&cancelled);
    }
    assert!(stopped_between, "it was never stopped between two bookings");
    // Two workers at once, after a lease ran out.
    let again = || Box::pin(finish_call_off(till.app(), RUN));
    let (one, two) = futures::future::join(again(), again()).await;
    one.unwrap();
    two.unwrap();
    till.settle().await;
    assert_eq!(progress(&till, RUN).await, (4, 4, 4));
    assert_eq!(till.effects("refund.created"), 4);
    assert_eq!(mails(&till, "cancelled").await, 4);
    assert_eq!(mails(&till, "order_expired").await, 1);
    assert_eq!(till.stripe().stripe_object(&session).unwrap()["status"], "expired");
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn whoever_has_not_paid_cannot_any_more(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let items = vec![
        ShopScene::camp(&["Mia"]),
        ShopScene::at(ShopScene::LESSON, "2026-11-24T10:00:00+01:00"),
    ];
    let (placed, session) = till.check_out(items).await;
    let view = view_call_off(till.app(), till.scene.anna.id, RUN)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((view.bookings.len(), view.unpaid), (0, 1));
    call_off(&till, RUN, "form").await.unwrap();
    run_due_jobs(till.app()).await.unwrap();
    assert_eq!(till.stripe().stripe_object(&session).unwrap()["status"], "expired");
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!((order.status.as_str(), order.paid_minor), ("expired", 0));
    assert_eq!(till.states(placed.order_id).await, ["released", "released"]);
    assert_eq!(mails(&till, "order_expired").await, 1);
    // The lesson is free for others.
    till.place(vec![ShopScene::at(ShopScene::LESSON, "2026-11-24T10:00:00+01:00")])
        .await;
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_payment_that_arrives_all_the_same_goes_back_and_the_rest_is_booked(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let items = vec![
        ShopScene::camp(&["Mia"]),
        ShopScene::at(ShopScene::LESSON, "2026-11-24T10:00:00+01:00"),
    ];
    let (placed, session) = till.check_out(items).await;
    call_off(&till, RUN, "form").await.unwrap();
    // In the moment between: the date is closed, and Stripe's page is still open.
    till.pay(&session);
    till.settle().await;
    assert_eq!(till.states(placed.order_id).await, ["lost", "booked"]);
    let order = till.order(placed.order_id).await;
    assert_eq!(
        (order.status.as_str(), order.refunded_minor),
        ("partly_refunded", 20_000)
    );
    assert_eq!(till.appointments(placed.order_id).await.len(), 1);
    assert_eq!(mails(&till, "order_lost").await, 1);
    till.sound().await;
}

/// The date of the weekly time on this day.
async fn week(till: &Till, day: &str) -> Uuid {
    let dates = list_template_dates(till.app().db.reader(), ShopScene::WEDNESDAYS)
        .await
        .unwrap();
    dates.iter().find(|(date, _)| date == day).unwrap().1
}

/// The weeks that stand.
async fn standing(till: &Till, order: Uuid) -> Vec<i64> {
    till.standing(order).await.iter().map(|one| one.run).collect()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_week_of_a_subscription_that_is_called_off_costs_nothing(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    plan_templates(till.app()).await.unwrap();
    let placed = till.buy(vec![ShopScene::weekly(&["Mia"])]).await;
    let planned = [20_261_125, 20_261_202, 20_261_209, 20_261_216, 20_261_223];
    assert_eq!(standing(&till, placed.order_id).await, planned);

    // This one is paid already.
    let paid = week(&till, "2026-11-25").await;
    assert_eq!(progress(&till, paid).await, (0, 1, 0));
    call_off(&till, paid, "form-1").await.unwrap();
    till.settle().await;
    assert_eq!(progress(&till, paid).await, (1, 1, 1));
    assert_eq!(till.order(placed.order_id).await.refunded_minor, 2_500);
    // These are not: one is planned, the other one is not in reach yet.
    for day in ["2026-12-02", "2026-12-30"] {
        call_off(&till, week(&till, day).await, day).await.unwrap();
    }
    till.settle().await;
    assert_eq!(till.order(placed.order_id).await.refunded_minor, 2_500);
    assert_eq!(standing(&till, placed.order_id).await, planned[2..]);
    assert_eq!(mails(&till, "cancelled").await, 2);
    assert_eq!(till.states(placed.order_id).await, ["booked"], "it goes on");

    plan_templates(till.app()).await.unwrap();
    let taken =
        "SELECT count(*) FROM claims c JOIN occurrences o ON o.id = c.occurrence_id WHERE o.status = 'cancelled'";
    assert_eq!(till.count(taken).await, 0, "who serves is free then");
    // Charged a week later, it comes back; and it is never planned again.
    till.days(8).await;
    let order = till.order(placed.order_id).await;
    assert_eq!((order.paid_minor, order.refunded_minor), (5_000, 5_000));
    till.days(33).await;
    plan_templates(till.app()).await.unwrap();
    let order = till.order(placed.order_id).await;
    assert_eq!((order.paid_minor, order.refunded_minor), (15_000, 7_500));
    let runs: Vec<i64> = till
        .appointments(placed.order_id)
        .await
        .iter()
        .map(|one| one.run)
        .collect();
    assert!(!runs.contains(&20_261_230) && runs.contains(&20_270_106), "{runs:?}");
    assert_eq!(till.effects("refund.created"), 3);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_date_that_has_begun_is_not_called_off_as_a_whole(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let placed = till.buy(vec![ShopScene::camp(&["Mia"])]).await;
    till.wait(24 * DAY);
    let begun = call_off(&till, RUN, "form").await;
    assert!(matches!(begun, Err(CallOffError::Begun)), "{begun:?}");
    let no_key = call_off(&till, RUN, "").await;
    assert!(matches!(no_key, Err(CallOffError::Invalid(_))), "{no_key:?}");
    till.settle().await;
    assert_eq!(till.states(placed.order_id).await, ["booked"]);
    // Called off in time, it is carried out however late the worker is.
    let till = Till::open(engine).await;
    let placed = till.buy(vec![ShopScene::camp(&["Mia"])]).await;
    call_off(&till, RUN, "form").await.unwrap();
    till.wait(30 * DAY);
    till.settle().await;
    assert_eq!(till.order(placed.order_id).await.refunded_minor, 20_000);
}
