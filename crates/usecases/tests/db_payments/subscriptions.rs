//! Weekly times: paid week by week, planned ahead, and over when they end.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use rstest::rstest;
use timetap_sandbox::{MailFilter, MailView, Origin};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::jobs::{Job, When, enqueue_job, run_due_jobs};
use timetap_usecases::orders::Placed;
use timetap_usecases::payments::cancel_item;
use uuid::Uuid;

use super::support::{DAY, Till, customer};

const WEEK: i64 = 7 * DAY;

async fn subscribed(till: &Till) -> (Placed, String) {
    let placed = till.buy(vec![ShopScene::weekly(&["Mia"])]).await;
    let subscription = till.subscriptions().await.remove(0);
    (placed, subscription.provider_id)
}

/// The program's mails to this address, the oldest first.
fn sent_to(till: &Till, address: &str) -> Vec<MailView> {
    let filter = MailFilter {
        origin: Some(Origin::Smtp),
        ..MailFilter::to(address)
    };
    let mut mails = till.stripe().mails(&filter);
    mails.reverse();
    mails
}

/// Wall times in Madrid of the appointments that stand.
async fn standing(till: &Till, order: Uuid) -> Vec<String> {
    let zone = TimeZone::get("Europe/Madrid").unwrap();
    let all = till.standing(order).await;
    let wall = all
        .iter()
        .map(|one| zone.to_datetime(one.starts_at.timestamp()).to_string());
    let mut times: Vec<_> = wall.collect();
    times.sort();
    times
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn weeks_are_booked_as_they_are_paid_at_the_same_wall_time(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, _) = subscribed(&till).await;
    let order = till.order(placed.order_id).await;
    assert_eq!((order.status.as_str(), order.paid_minor), ("paid", 2_500));
    // By nothing that takes days.
    let sessions = till.stripe().stripe_objects("checkout.session");
    let subscribes = sessions
        .iter()
        .find(|session| session["mode"] == "subscription")
        .unwrap();
    assert_eq!(subscribes["payment_method_types"], serde_json::json!(["card"]));
    // The week that is paid, and four more to plan with.
    let expected: Vec<_> = ["2026-11-25", "2026-12-02", "2026-12-09", "2026-12-16", "2026-12-23"]
        .map(|day| format!("{day}T17:00:00"))
        .into();
    assert_eq!(standing(&till, placed.order_id).await, expected);
    till.days(15).await;
    let order = till.order(placed.order_id).await;
    assert_eq!(
        (order.paid_minor, till.payments(placed.order_id).await.len()),
        (7_500, 3)
    );
    let times = standing(&till, placed.order_id).await;
    assert_eq!(times.len(), 7);
    assert!(times.iter().all(|time| time.ends_with("T17:00:00")), "{times:?}");
    // Told again and again, nothing is doubled.
    till.settle().await;
    assert_eq!(standing(&till, placed.order_id).await, times);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn over_the_change_of_clocks_the_wall_time_stays(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    // Two weeks before the clocks change in Spain.
    till.app().clock.set("2027-03-15T10:00:00Z".parse().unwrap());
    let (placed, _) = subscribed(&till).await;
    let times = standing(&till, placed.order_id).await;
    assert!(times.iter().all(|time| time.ends_with("T17:00:00")), "{times:?}");
    let all = till.appointments(placed.order_id).await;
    let hours: BTreeSet<_> = all
        .iter()
        .map(|one| TimeZone::UTC.to_datetime(one.starts_at.timestamp()).hour())
        .collect();
    assert_eq!(hours, BTreeSet::from([15, 16]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn whoever_cancels_keeps_what_is_paid_and_pays_no_more(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, there) = subscribed(&till).await;
    till.days(8).await;
    let item = till.items(placed.order_id).await[0].id;
    for _ in 0..2 {
        cancel_item(till.app(), placed.order_id, item, &customer(&placed), "")
            .await
            .unwrap();
        till.settle().await;
    }
    assert_eq!(
        till.stripe().stripe_object(&there).unwrap()["cancel_at_period_end"],
        true
    );
    // Two weeks were paid.
    assert_eq!(standing(&till, placed.order_id).await.len(), 2);
    till.days(14).await;
    let subscription = till.subscriptions().await.remove(0);
    assert_eq!(subscription.status, "cancelled");
    assert!(subscription.ended_at.is_some());
    assert_eq!(till.order(placed.order_id).await.paid_minor, 5_000);
    assert_eq!(till.states(placed.order_id).await, ["cancelled"]);
    assert_eq!(till.count("SELECT count(*) FROM template_seats").await, 0);
    assert_eq!(till.effects("refund.created"), 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_card_that_fails_for_good_ends_it_and_nobody_comes_unpaid(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let (placed, there) = subscribed(&till).await;
    till.stripe()
        .decline_subscription(&there, Some("expired_card"))
        .unwrap();
    till.days(9).await;
    assert_eq!(till.subscriptions().await[0].status, "past_due");
    let failed = till.payments(placed.order_id).await;
    let failed: Vec<_> = failed.iter().filter(|payment| payment.status == "failed").collect();
    // What could not be paid is what is asked for, not the nothing that came; the mail names it.
    assert_eq!(
        failed.iter().map(|payment| payment.amount_minor).collect::<Vec<_>>(),
        [2_500]
    );
    let mails = sent_to(&till, "dora@example.com");
    let told = mails
        .iter()
        .find(|mail| mail.content.subject.starts_with("The payment did not go through"));
    let text = told.unwrap().content.text.clone().unwrap();
    assert!(
        text.contains("€25.00 for your subscription could not be paid"),
        "{text}"
    );
    assert_eq!(
        till.count("SELECT count(*) FROM messages WHERE kind = 'subscription_failed'")
            .await,
        1
    );
    till.days(20).await;
    assert_eq!(till.subscriptions().await[0].status, "cancelled");
    let paid_until = till.subscriptions().await[0].paid_until.unwrap();
    let all = till.appointments(placed.order_id).await;
    assert!(all.iter().any(|one| one.status == "cancelled"));
    for one in all.iter().filter(|one| one.starts_at > till.app().clock.now().into()) {
        assert!(one.status == "cancelled" || one.starts_at < paid_until, "{one:?}");
    }
    assert_eq!(till.order(placed.order_id).await.paid_minor, 2_500);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_place_that_is_gone_ends_the_subscription_and_gives_the_money_back(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    till.sql("UPDATE recurring_templates SET capacity = 1").await;
    let (placed, session) = till.check_out(vec![ShopScene::weekly(&["Mia"])]).await;
    till.wait(30);
    till.pay(&session);
    till.wait(10);
    till.place(vec![ShopScene::weekly(&["Leo"])]).await;
    till.settle().await;
    let order = till.order(placed.order_id).await;
    assert_eq!((order.status.as_str(), order.refunded_minor), ("refunded", 2_500));
    let subscription = till.subscriptions().await.remove(0);
    assert_eq!(
        till.stripe().stripe_object(&subscription.provider_id).unwrap()["status"],
        "canceled"
    );
    till.days(9).await;
    assert_eq!(till.order(placed.order_id).await.paid_minor, 2_500);
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn weekly_times_stand_in_the_calendar_of_who_serves_them(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    // Something stands in one of the weeks already.
    let busy = ShopScene::at(ShopScene::PARTY, "2026-12-09T16:30:00+01:00");
    till.buy(vec![busy]).await;
    let plan = async || {
        let txn = till.app().db.begin().await.unwrap();
        enqueue_job(&txn, till.app(), &Job::PlanTemplates {}, When::Now)
            .await
            .unwrap();
        txn.commit().await.unwrap();
        run_due_jobs(till.app()).await.unwrap();
    };
    plan().await;
    let dates = "SELECT count(*) FROM occurrences WHERE template_id IS NOT NULL";
    let claims = "SELECT count(*) FROM claims WHERE occurrence_id IS NOT NULL";
    assert_eq!((till.count(dates).await, till.count(claims).await), (12, 11));
    till.wait(2 * WEEK);
    plan().await;
    plan().await;
    assert_eq!((till.count(dates).await, till.count(claims).await), (14, 13));
    till.sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn whoever_serves_reads_once_of_weeks_that_were_planned_together(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let notices = || sent_to(&till, "ben@timetap.test");
    subscribed(&till).await;
    let first = notices();
    assert_eq!(first.len(), 1, "one for five weeks");
    assert!(
        first[0]
            .content
            .subject
            .starts_with("5 new weeks: Weekly piano with Dora Sanz, ")
    );
    let text = first[0].content.text.clone().unwrap();
    for day in [
        "Wed 25 Nov",
        "Wed 2 Dec",
        "Wed 9 Dec",
        "Wed 16 Dec",
        "Wed 23 Dec",
        "Mia (8)",
    ] {
        assert!(text.contains(day), "{day} is missing in\n{text}");
    }
    // Looked at again nothing is new; with the next bill one week is.
    till.settle().await;
    assert_eq!(notices().len(), 1);
    till.days(8).await;
    let then = notices();
    assert_eq!(then.len(), 2);
    assert!(
        then[1]
            .content
            .subject
            .starts_with("New week: Weekly piano with Dora Sanz, Wed 30 Dec")
    );
}
