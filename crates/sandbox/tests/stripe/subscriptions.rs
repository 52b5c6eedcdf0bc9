//! Subscriptions on a clock that is moved: renewals, failed cards, retries, and every way they end.

use std::time::Duration;

use serde_json::{Value, json};
use timetap_sandbox::PayWith;

use crate::support::{Bench, WEEKLY, error_of, id, text};

const WEEK: Duration = Duration::from_hours(24 * 7);
const HOUR: Duration = Duration::from_hours(1);

async fn subscribed(bench: &Bench, with: &PayWith, more: &[(&str, &str)]) -> Value {
    let session = bench.session(&[&WEEKLY[..], more].concat()).await;
    bench
        .control()
        .pay_session(id(&session), "ada@example.org", Some("Ada"), with)
        .unwrap();
    let (_, session) = bench
        .get(&format!("checkout/sessions/{}?expand[]=subscription", id(&session)))
        .await;
    session
}

async fn subscription(bench: &Bench, id: &str) -> Value {
    bench.get(&format!("subscriptions/{id}")).await.1
}

#[tokio::test]
async fn it_starts_with_a_customer_and_a_paid_invoice() {
    let bench = Bench::new().await;
    let more = [
        ("subscription_data[metadata][template]", "7"),
        ("client_reference_id", "order-1"),
    ];
    let session = subscribed(&bench, &PayWith::Card, &more).await;
    let found = &session["subscription"];
    assert_eq!(
        (&found["status"], &found["metadata"]),
        (&json!("active"), &json!({ "template": "7" }))
    );
    assert_eq!(session["payment_intent"], json!(null));
    assert_eq!(
        (&session["payment_status"], &session["customer"]),
        (&json!("paid"), &found["customer"])
    );
    let item = &found["items"]["data"][0];
    let now = bench.seconds();
    assert_eq!(
        (&item["current_period_start"], &item["current_period_end"]),
        (&json!(now), &json!(now + 7 * 86_400))
    );
    let path = format!(
        "invoices/{}?expand[]=payments.data.payment.payment_intent",
        text(&session, "/invoice")
    );
    let (_, invoice) = bench.get(&path).await;
    assert_eq!(
        (&invoice["status"], &invoice["billing_reason"]),
        (&json!("paid"), &json!("subscription_create"))
    );
    assert_eq!(invoice["parent"]["subscription_details"]["subscription"], found["id"]);
    assert_eq!(
        invoice["parent"]["subscription_details"]["metadata"],
        json!({ "template": "7" })
    );
    assert_eq!(
        text(&invoice, "/payments/data/0/payment/payment_intent/status"),
        "succeeded"
    );
    let expected = [
        "customer.created",
        "payment_method.attached",
        "payment_intent.created",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_intent.succeeded",
        "customer.subscription.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "checkout.session.completed",
    ];
    assert_eq!(bench.event_types(), expected);
}

#[tokio::test]
async fn each_week_brings_one_invoice_paid_an_hour_later() {
    let bench = Bench::new().await;
    let session = subscribed(&bench, &PayWith::Card, &[]).await;
    let sub = text(&session, "/subscription/id");
    let before = bench.event_types().len();
    bench.control().advance_stripe_clock(WEEK);
    let (_, drafts) = bench.get(&format!("invoices?subscription={sub}&status=draft")).await;
    assert_eq!(drafts["data"][0]["billing_reason"], json!("subscription_cycle"));
    bench.control().advance_stripe_clock(HOUR);
    let expected = [
        "invoice.created",
        "customer.subscription.updated",
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
    ];
    assert_eq!(bench.event_types()[before..], expected);
    let events = bench.control().stripe_objects("event");
    let renewed = &events[before + 1]["data"];
    assert!(
        renewed["previous_attributes"].get("latest_invoice").is_some(),
        "{renewed}"
    );
    assert!(renewed["previous_attributes"].get("metadata").is_none());
    // A whole month at once: nothing is left out, each at its own moment.
    bench.control().advance_stripe_clock(4 * WEEK);
    let (_, invoices) = bench.get(&format!("invoices?subscription={sub}&limit=100")).await;
    let starts: Vec<_> = invoices["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["created"].as_i64().unwrap())
        .collect();
    let weeks: Vec<_> = (0..6).rev().map(|week| bench.seconds() + week * 7 * 86_400).collect();
    assert_eq!(starts, weeks);
    assert_eq!(bench.count("invoice.paid"), 6);
    assert_eq!(bench.count("charge.succeeded"), 6);
}

#[tokio::test]
async fn a_failing_card_is_tried_again_and_then_it_is_over() {
    let bench = Bench::with(|options| options.stripe.invoice_retry_days = vec![1, 2]).await;
    let card = PayWith::CardThatFailsLater("insufficient_funds".to_owned());
    let session = subscribed(&bench, &card, &[]).await;
    let sub = text(&session, "/subscription/id");
    let before = bench.event_types().len();
    bench.control().advance_stripe_clock(WEEK + HOUR);
    assert_eq!(subscription(&bench, &sub).await["status"], json!("past_due"));
    let expected = [
        "invoice.created",
        "customer.subscription.updated",
        "invoice.finalized",
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ];
    assert_eq!(bench.event_types()[before..], expected);
    let (_, open) = bench.get(&format!("invoices?subscription={sub}&status=open")).await;
    let invoice = &open["data"][0];
    assert_eq!(
        (&invoice["attempt_count"], &invoice["attempted"]),
        (&json!(1), &json!(true))
    );
    assert!(invoice["next_payment_attempt"].is_i64());
    bench.control().advance_stripe_clock(Duration::from_hours(24));
    assert_eq!(subscription(&bench, &sub).await["status"], json!("past_due"));
    bench.control().advance_stripe_clock(Duration::from_hours(48));
    let ended = subscription(&bench, &sub).await;
    assert_eq!(
        (&ended["status"], &ended["cancellation_details"]["reason"]),
        (&json!("canceled"), &json!("payment_failed"))
    );
    assert_eq!(bench.event_types().last().unwrap(), "customer.subscription.deleted");
    assert_eq!(
        (
            bench.count("invoice.payment_failed"),
            bench.count("payment_intent.created")
        ),
        (3, 2)
    );
    // It is over: no clock brings anything more.
    let silent = bench.event_types().len();
    bench.control().advance_stripe_clock(8 * WEEK);
    assert_eq!(bench.event_types().len(), silent);
}

#[tokio::test]
async fn a_card_that_pays_again_heals_it() {
    let bench = Bench::new().await;
    let session = subscribed(&bench, &PayWith::Card, &[]).await;
    let sub = text(&session, "/subscription/id");
    bench
        .control()
        .decline_subscription(&sub, Some("expired_card"))
        .unwrap();
    assert!(
        bench
            .control()
            .decline_subscription(&sub, Some("no such reason"))
            .is_err()
    );
    bench.control().advance_stripe_clock(WEEK + HOUR);
    assert_eq!(subscription(&bench, &sub).await["status"], json!("past_due"));
    bench.control().decline_subscription(&sub, None).unwrap();
    bench.control().advance_stripe_clock(Duration::from_hours(72));
    assert_eq!(subscription(&bench, &sub).await["status"], json!("active"));
    assert_eq!((bench.count("invoice.paid"), bench.count("charge.failed")), (2, 1));
    // The payment intent of the invoice is the same one at every attempt.
    assert_eq!(bench.count("payment_intent.created"), 2);
}

#[tokio::test]
async fn it_ends_at_the_end_of_its_period_on_a_date_or_at_once() {
    let bench = Bench::new().await;
    let first = text(&subscribed(&bench, &PayWith::Card, &[]).await, "/subscription/id");
    let path = format!("subscriptions/{first}");
    let (_, told) = bench.post(&path, &[("cancel_at_period_end", "true")]).await;
    assert_eq!(
        (&told["status"], &told["cancel_at"]),
        (&json!("active"), &json!(bench.seconds() + 7 * 86_400))
    );
    let (_, kept) = bench.post(&path, &[("cancel_at_period_end", "false")]).await;
    assert_eq!((&kept["cancel_at"], &kept["canceled_at"]), (&json!(null), &json!(null)));
    bench.post(&path, &[("cancel_at_period_end", "true")]).await;

    let second = text(&subscribed(&bench, &PayWith::Card, &[]).await, "/subscription/id");
    let at = (bench.seconds() + 10 * 86_400).to_string();
    assert_eq!(
        bench
            .post(&format!("subscriptions/{second}"), &[("cancel_at", &at)])
            .await
            .0,
        200
    );
    assert_eq!(
        bench
            .post(&format!("subscriptions/{second}"), &[("cancel_at", "1")])
            .await
            .0,
        400
    );

    let third = text(&subscribed(&bench, &PayWith::Card, &[]).await, "/subscription/id");
    let (_, ended) = bench
        .delete(&format!("subscriptions/{third}?cancellation_details[comment]=Moved"))
        .await;
    assert_eq!(
        (&ended["status"], &ended["ended_at"]),
        (&json!("canceled"), &json!(bench.seconds()))
    );
    assert_eq!(ended["cancellation_details"]["comment"], json!("Moved"));
    let (status, body) = bench.delete(&format!("subscriptions/{third}")).await;
    assert_eq!((status, error_of(&body).1.as_str()), (404, "resource_missing"));

    bench.control().advance_stripe_clock(WEEK);
    assert_eq!(subscription(&bench, &first).await["status"], json!("canceled"));
    assert_eq!(subscription(&bench, &second).await["status"], json!("active"));
    bench.control().advance_stripe_clock(Duration::from_hours(3 * 24));
    let over = subscription(&bench, &second).await;
    assert_eq!(
        (&over["status"], &over["ended_at"]),
        (&json!("canceled"), &json!(bench.seconds() + 10 * 86_400))
    );
    let deleted = bench
        .event_types()
        .iter()
        .filter(|kind| *kind == "customer.subscription.deleted")
        .count();
    assert_eq!(deleted, 3);
    assert_eq!(bench.get("subscriptions").await.1["data"], json!([]));
    let (_, all) = bench.get("subscriptions?status=all").await;
    assert_eq!(all["data"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_coupon_counts_once_or_for_ever() {
    let bench = Bench::new().await;
    for (coupon, duration, second_week) in [("ONCE", "once", 2_000), ("ALWAYS", "forever", 1_000)] {
        bench
            .post(
                "coupons",
                &[("percent_off", "50"), ("id", coupon), ("duration", duration)],
            )
            .await;
        let session = subscribed(&bench, &PayWith::Card, &[("discounts[0][coupon]", coupon)]).await;
        assert_eq!(session["amount_total"], json!(1_000));
        bench.control().advance_stripe_clock(WEEK + HOUR);
        let sub = text(&session, "/subscription/id");
        let (_, invoices) = bench.get(&format!("invoices?subscription={sub}")).await;
        let paid: Vec<_> = invoices["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["amount_paid"].clone())
            .collect();
        assert_eq!(paid, [json!(second_week), json!(1_000)]);
    }
}

#[tokio::test]
async fn a_declined_first_payment_makes_no_subscription() {
    let bench = Bench::new().await;
    let session = bench.session(&WEEKLY).await;
    let declined = PayWith::Declined("generic_decline".to_owned());
    bench
        .control()
        .pay_session(id(&session), "ada@example.org", None, &declined)
        .unwrap();
    assert_eq!(bench.count("subscription.created"), 0);
    let delayed = PayWith::Delayed { succeeds: true };
    assert!(
        bench
            .control()
            .pay_session(id(&session), "ada@example.org", None, &delayed)
            .is_err()
    );
    let asked = bench
        .control()
        .pay_session(id(&session), "ada@example.org", None, &PayWith::CardWithAuthentication);
    assert_eq!(asked.unwrap(), timetap_sandbox::SessionOutcome::Authenticate);
    bench.control().authenticate_session(id(&session), true).unwrap();
    assert_eq!(
        (bench.count("subscription.created"), bench.count("customer.created")),
        (1, 1)
    );
}
