//! The mails about money that a customer gets from the real program: of a debit that failed days later, and of a subscription
//! whose weeks are paid, are not paid, and end.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::time::Duration;

use reqwest::header::SET_COOKIE;
use rstest::rstest;
use timetap_sandbox::{MailFilter, MailView, PayWith};
use timetap_testing::Engine;

use support::browser::{Browser, location};
use support::google_stage::Stage;
use support::reading::{between, free_times, hidden};

const DORA: &str = "dora@example.com";
/// A week, and the hour that a bill stays a draft.
const WEEK: Duration = Duration::from_hours(7 * 24 + 2);

/// The mails to Dora whose subject begins so.
fn mails(stage: &Stage, subject: &str) -> Vec<MailView> {
    let mut mails = stage.google.control().mails(&MailFilter::to(DORA));
    mails.retain(|mail| mail.content.subject.starts_with(subject));
    mails
}

/// The text of the mail to Dora whose subject begins so, once there are `count` of them.
async fn wait_for_mail(stage: &Stage, subject: &str, count: usize) -> String {
    for _ in 0..600 {
        let found = mails(stage, subject);
        assert!(found.len() <= count, "{found:#?}");
        // The latest comes first.
        if let Some(mail) = found.first().filter(|_| found.len() == count) {
            return mail.content.text.clone().unwrap();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let all = stage.google.control().mails(&MailFilter::to(DORA));
    let subjects: Vec<_> = all.iter().map(|mail| &mail.content.subject).collect();
    panic!("no {count} × “{subject}” among {subjects:?}");
}

/// Puts it into a new cart, checks out, and gives the session at Stripe.
async fn check_out(stage: &Stage, path: &str, chosen: &[(&str, &str)]) -> String {
    let mut guest = Browser {
        server: &stage.server,
        cookie: String::new(),
    };
    let put = guest.post(path, chosen).await;
    assert_eq!(location(&put), "/cart?done=added");
    let cookie = put.headers()[SET_COOKIE].to_str().unwrap();
    guest.cookie = cookie.split(';').next().unwrap().to_owned();
    let page = guest.page("/checkout").await;
    let key = hidden(&page, "idempotency_key");
    let mut fields = vec![
        ("name".to_owned(), "Dora Sanz"),
        ("email".to_owned(), DORA),
        ("time_zone".to_owned(), "Europe/Madrid"),
        ("idempotency_key".to_owned(), &*key),
    ];
    let taking_part = between(&page, "name=\"p-", "\"");
    let taking_part = taking_part.into_iter().filter(|field| field.ends_with("-name"));
    fields.extend(taking_part.map(|field| (format!("p-{field}"), "Mia Sanz")));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, *value)).collect();
    let pay_at = location(&guest.post("/checkout", &fields).await);
    assert!(pay_at.contains("/stripe/"), "{pay_at}");
    pay_at.rsplit('/').next().unwrap().to_owned()
}

/// Anna's page with a service for money: of this kind, with these fields.
async fn offer<'a>(stage: &'a Stage, kind: &str, fields: &[(&str, &str)]) -> Browser<'a> {
    let anna = Browser::host(&stage.server, "anna").await;
    let mut service = vec![("kind", kind), ("location_kind", "google_meet"), ("active", "yes")];
    service.extend_from_slice(fields);
    let saved = anna.post("/host/services/new", &service).await;
    assert_eq!(location(&saved), "/host/services?done=created");
    anna
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_debit_that_fails_days_later_is_told(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let lesson = [("title", "Piano lesson"), ("price", "40"), ("duration_minutes", "60")];
    offer(&stage, "session", &lesson).await;
    // The times of the free session are the host's, whatever is booked in them.
    let (_, times) = free_times(&stage.server, "anna", "Europe/Madrid").await;
    let start = between(&times[0], "slot=", "&")[0].to_owned();
    let session = check_out(&stage, "/anna/piano-lesson", &[("start", &start)]).await;
    let stripe = stage.google.control();
    let debit = PayWith::Delayed { succeeds: false };
    stripe.pay_session(&session, DORA, None, &debit).unwrap();
    stripe.settle_session(&session, false).unwrap();

    let text = wait_for_mail(&stage, "The payment did not go through: order TT-", 1).await;
    assert!(
        text.contains("Nothing is booked, and nothing was charged.") && text.contains("Piano lesson with Anna Lind"),
        "{text}"
    );
    assert_eq!(mails(&stage, "Confirmed").len(), 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn each_week_of_a_subscription_is_told_and_its_end(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let weekly = [("title", "Weekly piano"), ("price", "25"), ("duration_minutes", "60")];
    let anna = offer(&stage, "subscription", &weekly).await;
    let services = anna.page("/host/services").await;
    let id = between(&services, "name=\"service\" value=\"", "\"")
        .pop()
        .unwrap()
        .to_owned();
    let dates = format!("/host/services/{id}/dates");
    let wednesdays = [
        ("form", "add-weekly"),
        ("weekday", "3"),
        ("from", "17:00"),
        ("seats", "2"),
    ];
    assert_eq!(
        location(&anna.post(&dates, &wednesdays).await),
        format!("{dates}?done=added")
    );
    let template = hidden(&anna.page(&dates).await, "template");
    let chosen = [("date", &*template), ("quantity", "1")];
    let session = check_out(&stage, "/anna/weekly-piano", &chosen).await;
    let stripe = stage.google.control();
    stripe
        .pay_session(&session, DORA, Some("Dora Sanz"), &PayWith::Card)
        .unwrap();
    let text = wait_for_mail(&stage, "Confirmed: Weekly piano", 1).await;
    assert!(text.contains("goes on from week to week until you end it"), "{text}");
    assert_eq!(
        mails(&stage, "Paid:").len(),
        0,
        "the first week is told with the confirmation"
    );

    for week in 1..=2 {
        stripe.advance_stripe_clock(WEEK);
        let text = wait_for_mail(&stage, "Paid: €25.00 for Weekly piano, order TT-", week).await;
        assert!(
            text.contains("€25.00 was paid for your subscription, which is paid until"),
            "{text}"
        );
    }
    let there = stripe.stripe_objects("subscription")[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    stripe.decline_subscription(&there, Some("expired_card")).unwrap();
    stripe.advance_stripe_clock(WEEK);
    let failed = "The payment did not go through: Weekly piano, order TT-";
    let text = wait_for_mail(&stage, failed, 1).await;
    assert!(
        text.contains("€25.00 for your subscription could not be paid.")
            && text.contains("Weekly piano with Anna Lind"),
        "{text}"
    );
    // It is tried again for a while; then it ends.
    stripe.advance_stripe_clock(4 * WEEK);
    let text = wait_for_mail(&stage, "Ended: Weekly piano, order TT-", 1).await;
    assert!(
        text.contains("nothing more is charged") || text.contains("Nothing more is charged"),
        "{text}"
    );
    assert_eq!(mails(&stage, "Paid:").len(), 2, "nothing that failed is told as paid");
}
