//! The state of Stripe over a restart: objects, idempotency keys, clock, and messages that were not taken.

use stripe_webhook::Webhook;
use timetap_sandbox::{PayWith, WebhookEndpoint};

use crate::support::{Bench, Collector, SECRET, WEEKLY, eventually, id, session_form, text};

#[tokio::test]
async fn a_restart_loses_nothing_and_sends_what_was_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let collector = Collector::new(&[]).await;
    let start = |secret: &'static str| {
        let endpoint = WebhookEndpoint::new(&collector.address, secret);
        Bench::with(|options| {
            options.state_file = Some(file.clone());
            options.stripe.webhook_endpoints = vec![endpoint];
        })
    };
    let bench = start(SECRET).await;
    bench.control().hold_stripe_webhooks();
    let made: serde_json::Value = bench
        .post_with_key("checkout/sessions", &session_form(&WEEKLY), "one")
        .await
        .json()
        .await
        .unwrap();
    bench
        .control()
        .pay_session(id(&made), "ada@example.org", None, &PayWith::Card)
        .unwrap();
    bench
        .control()
        .advance_stripe_clock(std::time::Duration::from_hours(24 * 8));
    let (_, before) = bench.get(&format!("checkout/sessions/{}", id(&made))).await;
    let (events, effects) = (bench.event_types(), bench.control().stripe_effects(None));
    bench.sandbox.shutdown().await;

    let bench = start("whsec_after").await;
    assert_eq!(bench.event_types(), events);
    assert_eq!(bench.control().stripe_effects(None), effects);
    assert_eq!(bench.get(&format!("checkout/sessions/{}", id(&made))).await.1, before);
    let again = bench
        .post_with_key("checkout/sessions", &session_form(&WEEKLY), "one")
        .await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(bench.control().stripe_summary().ahead_seconds, 8 * 24 * 3_600);
    assert_eq!(collector.messages().len(), 0);
    bench
        .control()
        .release_stripe_webhooks(timetap_sandbox::ReleaseOrder::InOrder);
    eventually(|| collector.messages().len() == events.len()).await;
    assert_eq!(collector.types(), events);
    // The endpoint is known by the secret named at this start.
    let message = collector.messages().remove(0);
    Webhook::construct_event_with_timestamp(&message.body, &message.signature, "whsec_after", bench.seconds()).unwrap();
    bench
        .control()
        .advance_stripe_clock(std::time::Duration::from_hours(24 * 7));
    let (_, invoices) = bench
        .get(&format!("invoices?subscription={}", text(&before, "/subscription")))
        .await;
    assert_eq!(invoices["data"].as_array().unwrap().len(), 3);
    bench.control().reset();
    assert_eq!(bench.event_types(), Vec::<String>::new());
    assert_eq!(bench.control().stripe_summary().endpoints.len(), 1);
}
