//! Webhooks: signed, retried, and unreliable on demand.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use stripe_webhook::{Webhook, WebhookError};
use timetap_sandbox::{DeliveryState, FaultKind, FaultRule, PayWith, ReleaseOrder, WebhookEndpoint};
use tokio::sync::Barrier;
use tokio_util::task::TaskTracker;

use crate::support::{Bench, Collector, SECRET, eventually, id, text};

const PAID: [&str; 4] = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
];

async fn pay(bench: &Bench) -> String {
    let session = bench.session(&[]).await;
    bench
        .control()
        .pay_session(id(&session), "ada@example.org", None, &PayWith::Card)
        .unwrap();
    id(&session).to_owned()
}

fn fault(bench: &Bench, kind: FaultKind, event: &str) {
    let rule = FaultRule::new(kind).on("stripe.webhook").of_event(event).times(1);
    bench.control().add_fault(rule).unwrap();
}

#[tokio::test]
async fn messages_are_signed_over_their_bytes_and_come_in_order() {
    let collector = Collector::new(&[]).await;
    let bench = Bench::heard(&collector).await;
    pay(&bench).await;
    eventually(|| collector.messages().len() == 4).await;
    assert_eq!(collector.types(), PAID);
    let message = collector.messages().remove(3);
    let check = |body: &str, secret: &str, now: i64| {
        Webhook::construct_event_with_timestamp(body, &message.signature, secret, now).map(|event| event.id.to_string())
    };
    assert!(check(&message.body, SECRET, bench.seconds()).is_ok());
    assert!(check(&message.body, SECRET, bench.seconds() + 300).is_ok());
    assert!(matches!(
        check(&message.body, SECRET, bench.seconds() + 301),
        Err(WebhookError::BadTimestamp(_))
    ));
    assert!(matches!(
        check(&message.body, "whsec_other", bench.seconds()),
        Err(WebhookError::BadSignature)
    ));
    let changed = message.body.replace("2000", "1000");
    assert!(matches!(
        check(&changed, SECRET, bench.seconds()),
        Err(WebhookError::BadSignature)
    ));
    let event = message.event();
    assert_eq!(
        (
            &event["object"],
            &event["livemode"],
            &event["api_version"],
            &event["pending_webhooks"]
        ),
        (
            &json!("event"),
            &json!(false),
            &json!(timetap_sandbox::API_VERSION),
            &json!(1)
        )
    );
    eventually(|| bench.control().stripe_summary().pending_messages == 0).await;
    let (_, stored) = bench.get(&format!("events/{}", id(&event))).await;
    assert_eq!(
        (&stored["pending_webhooks"], &stored["data"]),
        (&json!(0), &event["data"])
    );
}

#[tokio::test]
async fn an_event_names_the_request_that_made_it() {
    let bench = Bench::new().await;
    let response = bench
        .post_with_key("customers", &[("email", "ada@example.org")], "key-1")
        .await;
    let request = response.headers()["request-id"].to_str().unwrap().to_owned();
    let event = &bench.control().stripe_objects("event")[0];
    assert_eq!(event["request"], json!({ "id": request, "idempotency_key": "key-1" }));
    pay(&bench).await;
    let last = bench.control().stripe_objects("event").pop().unwrap();
    assert_eq!(last["request"], json!({ "id": null, "idempotency_key": null }));
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_freshly_signed() {
    let collector = Collector::new(&[500, 302, 404]).await;
    let bench = Bench::heard(&collector).await;
    bench.post("customers", &[]).await;
    eventually(|| collector.messages().len() == 2).await;
    bench.clock.advance(jiff::SignedDuration::from_secs(60));
    eventually(|| bench.control().stripe_deliveries()[0].state == DeliveryState::Delivered).await;
    assert_eq!(bench.control().stripe_deliveries()[0].answers, [500, 302, 404, 200]);
    let messages = collector.messages();
    assert!(messages.iter().all(|message| message.body == messages[0].body));
    assert_ne!(messages[0].signature, messages[3].signature);
}

#[tokio::test]
async fn it_gives_up_at_last_and_can_be_told_to_send_again() {
    let collector = Collector::new(&[500, 500]).await;
    let endpoint = WebhookEndpoint::new(&collector.address, SECRET);
    let bench = Bench::with(|options| {
        options.stripe.webhook_endpoints = vec![endpoint];
        options.stripe.webhook_attempts = 2;
    })
    .await;
    bench.post("customers", &[]).await;
    eventually(|| bench.control().stripe_deliveries()[0].state == DeliveryState::Failed).await;
    let (_, missed) = bench.get("events?delivery_success=false").await;
    let event = id(&missed["data"][0]).to_owned();
    assert_eq!(bench.control().resend_stripe_event(&event).unwrap(), 1);
    eventually(|| collector.messages().len() == 3).await;
    assert!(bench.control().resend_stripe_event("evt_none").is_err());
}

#[tokio::test]
async fn messages_are_lost_doubled_late_and_out_of_order_on_demand() {
    let collector = Collector::new(&[]).await;
    let bench = Bench::heard(&collector).await;
    fault(&bench, FaultKind::DropNotifications, "payment_intent.created");
    fault(&bench, FaultKind::ReorderNotifications, "charge.succeeded");
    fault(&bench, FaultKind::DuplicateNotifications, "checkout.session.completed");
    pay(&bench).await;
    eventually(|| collector.messages().len() == 4).await;
    let expected = [
        "payment_intent.succeeded",
        "charge.succeeded",
        "checkout.session.completed",
        "checkout.session.completed",
    ];
    assert_eq!(collector.types(), expected);
    let (first, second) = (collector.messages()[2].event(), collector.messages()[3].event());
    assert_eq!(id(&first), id(&second));
    // What was lost is in the list of events all the same.
    let (_, list) = bench.get("events?type=payment_intent.created").await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(bench.control().stripe_deliveries()[0].state, DeliveryState::Dropped);
    fault(
        &bench,
        FaultKind::DelayNotifications { ms: 200 },
        "payment_intent.created",
    );
    pay(&bench).await;
    eventually(|| collector.messages().len() == 8).await;
    assert_eq!(collector.types()[7], "payment_intent.created");
}

#[tokio::test]
async fn a_message_held_for_a_later_one_goes_when_none_comes() {
    let collector = Collector::new(&[]).await;
    let bench = Bench::heard(&collector).await;
    fault(&bench, FaultKind::ReorderNotifications, "customer.created");
    bench.post("customers", &[]).await;
    eventually(|| collector.types() == ["customer.created"]).await;
}

#[tokio::test]
async fn all_can_be_held_back_and_let_go_in_any_order() {
    let collector = Collector::new(&[]).await;
    let bench = Bench::heard(&collector).await;
    bench.control().hold_stripe_webhooks();
    pay(&bench).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(
        (
            collector.messages().len(),
            bench.control().stripe_summary().pending_messages
        ),
        (0, 4)
    );
    bench.control().release_stripe_webhooks(ReleaseOrder::Reversed);
    eventually(|| collector.messages().len() == 4).await;
    let mut reversed = PAID;
    reversed.reverse();
    assert_eq!(collector.types(), reversed);
}

#[tokio::test]
async fn an_endpoint_gets_what_it_wants_under_both_secrets_while_one_is_rolled() {
    let (some, all) = (Collector::new(&[]).await, Collector::new(&[]).await);
    let bench = Bench::new().await;
    let mut endpoint = WebhookEndpoint::new(&some.address, SECRET);
    endpoint.enabled_events = vec!["checkout.session.completed".to_owned()];
    bench.control().add_stripe_endpoint(endpoint);
    bench
        .control()
        .add_stripe_endpoint(WebhookEndpoint::new(&all.address, "whsec_all"));
    bench.control().roll_stripe_secret(&some.address, "whsec_new").unwrap();
    pay(&bench).await;
    eventually(|| all.messages().len() == 4 && some.messages().len() == 1).await;
    let message = some.messages().remove(0);
    assert_eq!(message.signature.matches("v1=").count(), 2);
    for secret in [SECRET, "whsec_new"] {
        let now = bench.seconds();
        Webhook::construct_event_with_timestamp(&message.body, &message.signature, secret, now).unwrap();
    }
    assert_eq!(message.event()["pending_webhooks"], json!(2));
    bench.control().remove_stripe_endpoint(&all.address).unwrap();
    assert!(bench.control().remove_stripe_endpoint(&all.address).is_err());
}

#[tokio::test]
async fn events_are_listed_by_type_time_and_place() {
    let bench = Bench::new().await;
    pay(&bench).await;
    bench.clock.advance(jiff::SignedDuration::from_secs(60));
    bench.post("customers", &[]).await;
    let list = |query: String| {
        let bench = &bench;
        async move {
            let (status, list) = bench.get(&format!("events?{query}")).await;
            assert_eq!(status, 200, "{list}");
            let data = list["data"].as_array().unwrap().clone();
            data.iter().map(|event| text(event, "/type")).collect::<Vec<_>>()
        }
    };
    assert_eq!(
        list(format!("created[gte]={}", bench.seconds())).await,
        ["customer.created"]
    );
    assert_eq!(list(format!("created[lt]={}", bench.seconds())).await.len(), 4);
    assert_eq!(list("type=charge.*".to_owned()).await, ["charge.succeeded"]);
    let both = "types[]=charge.succeeded&types[]=customer.created";
    assert_eq!(list(both.to_owned()).await, ["customer.created", "charge.succeeded"]);
    let newest = bench.control().stripe_objects("event").pop().unwrap();
    let after = list(format!("starting_after={}&limit=1", id(&newest))).await;
    assert_eq!(after, ["checkout.session.completed"]);
}

#[tokio::test]
async fn as_many_are_on_the_way_at_once_as_were_allowed() {
    // Every message is answered only when all four have come: one after the other none would ever be.
    let together = Arc::new(Barrier::new(4));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    let answer = move || {
        let together = Arc::clone(&together);
        async move {
            together.wait().await;
        }
    };
    let app = axum::Router::new().route("/hook", axum::routing::post(answer));
    TaskTracker::new().spawn(async move { axum::serve(listener, app).await });
    let bench = Bench::with(|options| {
        options.stripe.webhook_endpoints = vec![WebhookEndpoint::new(address, SECRET)];
        options.stripe.webhook_concurrency = 4;
    })
    .await;
    pay(&bench).await;
    eventually(|| bench.control().stripe_summary().pending_messages == 0).await;
    let deliveries = bench.control().stripe_deliveries();
    assert!(deliveries.iter().all(|one| one.answers == [200]), "{deliveries:?}");
}
