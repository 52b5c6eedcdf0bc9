//! Push channels: made, heard, stopped, and unreliable on demand.

use http::Method;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Map, Value, json};
use timetap_sandbox::{FaultKind, FaultRule};

use crate::support::{ADA, BEN, Bench, Collector, eventually, hour, reason_of};

async fn watch(bench: &Bench, token: &str, more: &Value) -> (u16, Value) {
    let mut body = json!({ "id": "channel-1", "type": "web_hook", "token": "the secret" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    bench
        .send(Method::POST, token, "/calendars/primary/events/watch", &body)
        .await
}

fn add(bench: &Bench, day: u8) {
    let event: Map<String, Value> = serde_json::from_value(hour(day)).unwrap();
    bench.sandbox.control().add_event(ADA, &event).unwrap();
}

async fn watched() -> (Bench, Collector, Value) {
    let (bench, collector) = (Bench::new().await, Collector::new(&[]).await);
    let (status, channel) = watch(&bench, &bench.token(ADA), &json!({ "address": collector.address })).await;
    assert_eq!(status, 200, "{channel}");
    eventually(|| collector.pushes().len() == 1).await;
    (bench, collector, channel)
}

#[tokio::test]
async fn a_channel_starts_with_sync_and_then_tells_that_something_exists() {
    let (bench, collector, channel) = watched().await;
    assert_eq!(channel["kind"], json!("api#channel"));
    assert_eq!(
        channel["expiration"],
        json!("1795770000000"),
        "a week, in milliseconds, as text"
    );
    add(&bench, 3);
    eventually(|| collector.pushes().len() == 2).await;
    let pushes = collector.pushes();
    assert_eq!(
        (pushes[0].header("x-goog-resource-state"), pushes[0].number()),
        ("sync", 1)
    );
    let change = &pushes[1];
    assert_eq!(change.header("x-goog-resource-state"), "exists");
    assert!(change.number() > 1);
    assert_eq!(change.header("x-goog-channel-id"), "channel-1");
    assert_eq!(change.header("x-goog-channel-token"), "the secret");
    assert_eq!(change.header("x-goog-resource-id"), channel["resourceId"]);
    assert_eq!(change.header("x-goog-resource-uri"), channel["resourceUri"]);
    assert_eq!(
        change.header("x-goog-channel-expiration"),
        "Fri, 27 Nov 2026 09:00:00 GMT"
    );
    assert_eq!((change.header("content-length"), change.body_length), ("0", 0));
    assert!(change.header("user-agent").starts_with("APIs-Google"));
    assert!(!change.headers.contains_key("x-goog-signature"));
}

#[rstest]
#[case(json!({ "address": "http://example.org/hook" }), "push.webhookUrlNotHttps")]
#[case(json!({ "address": "http://127.0.0.1.example.org/hook" }), "push.webhookUrlNotHttps")]
#[case(json!({ "address": null }), "required")]
#[case(json!({ "address": "https://x.test/", "id": null }), "required")]
#[case(json!({ "address": "https://x.test/", "id": "i".repeat(65) }), "invalidChannelId")]
#[case(json!({ "address": "https://x.test/", "type": "carrier_pigeon" }), "channelUnknownType")]
#[case(json!({ "address": "https://x.test/", "token": "t".repeat(257) }), "invalid")]
#[case(json!({ "address": "https://x.test/", "expiration": 1 }), "invalid")]
#[tokio::test]
async fn malformed_channels_are_refused(#[case] more: Value, #[case] reason: &str) {
    let bench = Bench::new().await;
    let (status, body) = watch(&bench, &bench.token(ADA), &more).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, reason));
    assert_eq!(bench.sandbox.control().open_channels(), 0);
}

#[tokio::test]
async fn a_channel_id_is_unique_and_a_new_one_overlaps_the_old() {
    let (bench, collector, _) = watched().await;
    let token = bench.token(ADA);
    let address = json!({ "address": collector.address });
    let (status, body) = watch(&bench, &token, &address).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, "channelIdNotUnique"));
    watch(
        &bench,
        &token,
        &json!({ "address": collector.address, "id": "channel-2" }),
    )
    .await;
    eventually(|| collector.pushes().len() == 2).await;
    add(&bench, 3);
    eventually(|| collector.pushes().len() == 4).await;
}

#[tokio::test]
async fn ttl_and_expiration_set_the_end_and_thirty_days_are_the_most() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let now = bench.clock.now().as_millisecond();
    for (more, seconds) in [
        (json!({ "id": "a", "params": { "ttl": "3600" } }), 3_600),
        (json!({ "id": "b", "expiration": now + 60_000 }), 60),
        (json!({ "id": "c", "expiration": (now + 90_000).to_string() }), 90),
        (json!({ "id": "d", "params": { "ttl": 90 * 86_400 } }), 30 * 86_400),
    ] {
        let mut more = more;
        more["address"] = json!("http://127.0.0.1:1/hook");
        let (_, channel) = watch(&bench, &token, &more).await;
        assert_eq!(channel["expiration"], json!((now + seconds * 1_000).to_string()));
    }
}

#[tokio::test]
async fn stop_ends_it_for_its_owner_only() {
    let (bench, collector, channel) = watched().await;
    let stop = |token: String, resource: Value| {
        let body = json!({ "id": "channel-1", "resourceId": resource });
        let bench = &bench;
        async move { bench.send(Method::POST, &token, "/channels/stop", &body).await }
    };
    let (status, body) = stop(bench.token(BEN), channel["resourceId"].clone()).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (404, "notFound"));
    assert_eq!(stop(bench.token(ADA), json!("another")).await.0, 404);
    assert_eq!(stop(bench.token(ADA), channel["resourceId"].clone()).await.0, 204);
    assert_eq!(stop(bench.token(ADA), channel["resourceId"].clone()).await.0, 404);
    add(&bench, 3);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(collector.pushes().len(), 1);
}

#[tokio::test]
async fn an_expired_channel_and_a_revoked_grant_are_silent() {
    let (bench, collector, _) = watched().await;
    bench.clock.advance(SignedDuration::from_hours(24 * 7));
    add(&bench, 3);
    eventually(|| bench.sandbox.control().open_channels() == 0).await;
    assert_eq!(collector.pushes().len(), 1);
    let more = json!({ "address": collector.address, "id": "channel-2" });
    watch(&bench, &bench.token(ADA), &more).await;
    bench.sandbox.control().revoke_grant(Some(ADA));
    assert_eq!(bench.sandbox.control().open_channels(), 0);
}

#[tokio::test]
async fn a_5xx_is_tried_again_and_a_4xx_is_not() {
    let bench = Bench::new().await;
    let collector = Collector::new(&[503, 500, 200, 404]).await;
    watch(&bench, &bench.token(ADA), &json!({ "address": collector.address })).await;
    eventually(|| bench.sandbox.control().deliveries().len() == 1).await;
    let pushes = collector.pushes();
    assert_eq!(pushes.len(), 3);
    assert!(pushes.iter().all(|push| push.number() == 1));
    add(&bench, 3);
    eventually(|| bench.sandbox.control().deliveries().len() == 2).await;
    let failed = bench.sandbox.control().deliveries().remove(1);
    assert_eq!((failed.status, failed.attempts), (Some(404), 1));
}

#[tokio::test]
async fn messages_can_be_dropped_doubled_and_reordered() {
    let (bench, collector, _) = watched().await;
    let control = bench.sandbox.control();
    let fault = |kind: FaultKind| control.add_fault(FaultRule::new(kind).of(ADA).times(1)).unwrap();
    fault(FaultKind::DropNotifications);
    add(&bench, 3);
    fault(FaultKind::DuplicateNotifications);
    add(&bench, 4);
    eventually(|| collector.pushes().len() == 3).await;
    let pushes = collector.pushes();
    assert_eq!(pushes[1].number(), pushes[2].number());
    fault(FaultKind::ReorderNotifications);
    add(&bench, 5);
    add(&bench, 6);
    eventually(|| collector.pushes().len() == 5).await;
    let pushes = collector.pushes();
    assert!(pushes[3].number() > pushes[4].number(), "the later one overtakes");
    assert!(control.faults().is_empty());
}
