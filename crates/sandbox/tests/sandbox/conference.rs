//! Meet: asked for, pending, there, failed; and ignored where Google ignores it.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use timetap_sandbox::{FaultKind, FaultRule};

use crate::support::{ADA, Bench, eventually, hour, hour_with, reason_of};

const EVENT: &str = "/calendars/primary/events";

fn meet(request_id: &str) -> Value {
    json!({ "id": "abcde", "conferenceData": { "createRequest": {
        "requestId": request_id, "conferenceSolutionKey": { "type": "hangoutsMeet" },
    } } })
}

async fn insert(bench: &Bench, token: &str, request_id: &str) -> (u16, Value) {
    let path = format!("{EVENT}?conferenceDataVersion=1");
    bench
        .send(Method::POST, token, &path, &hour_with(3, &meet(request_id)))
        .await
}

fn status_of(event: &Value) -> &Value {
    &event["conferenceData"]["createRequest"]["status"]["statusCode"]
}

#[tokio::test]
async fn a_conference_is_pending_first_and_then_has_a_video_link() {
    let bench = Bench::with(|options| options.meet_delay = Duration::from_millis(50)).await;
    let token = bench.token(ADA);
    let (_, event) = insert(&bench, &token, "r1").await;
    assert_eq!(status_of(&event), &json!("pending"));
    assert!(event.get("hangoutLink").is_none() && event["conferenceData"].get("entryPoints").is_none());
    let control = bench.sandbox.control();
    eventually(|| control.events(ADA).unwrap()[0].get("hangoutLink").is_some()).await;
    let (_, ready) = bench.get(&token, &format!("{EVENT}/abcde")).await;
    assert_eq!(status_of(&ready), &json!("success"));
    assert_ne!(event["etag"], ready["etag"]);
    let points = ready["conferenceData"]["entryPoints"].as_array().unwrap();
    let video: Vec<_> = points
        .iter()
        .filter(|point| point["entryPointType"] == json!("video"))
        .collect();
    assert_eq!(video.len(), 1);
    assert_eq!(video[0]["uri"], ready["hangoutLink"]);
    assert_ne!(points[0]["entryPointType"], json!("video"), "the order is not promised");
    let code = ready["conferenceData"]["conferenceId"].as_str().unwrap();
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [3, 4, 3]);
    let room = bench
        .client
        .get(ready["hangoutLink"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert!(
        room.text()
            .await
            .unwrap()
            .contains(&format!("You are in the (sandbox) Meet room {code}"))
    );
}

#[tokio::test]
async fn conference_data_is_ignored_without_version_one() {
    let bench = Bench::new().await;
    for query in ["", "?conferenceDataVersion=0"] {
        let token = bench.token(ADA);
        let mut body = hour_with(3, &meet("r1"));
        body["id"] = Value::Null;
        let (status, event) = bench
            .send(Method::POST, &token, &format!("{EVENT}{query}"), &body)
            .await;
        assert_eq!((status, event.get("conferenceData")), (200, None));
    }
}

#[tokio::test]
async fn changes_without_version_one_keep_the_conference_and_put_with_it_removes() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let (_, made) = insert(&bench, &token, "r1").await;
    let path = format!("{EVENT}/abcde");
    let (_, patched) = bench
        .send(Method::PATCH, &token, &path, &json!({ "conferenceData": null }))
        .await;
    assert_eq!(patched["hangoutLink"], made["hangoutLink"]);
    let (_, put) = bench.send(Method::PUT, &token, &path, &hour(3)).await;
    assert_eq!(put["hangoutLink"], made["hangoutLink"]);
    let (_, put) = bench
        .send(
            Method::PUT,
            &token,
            &format!("{path}?conferenceDataVersion=1"),
            &hour(3),
        )
        .await;
    assert!(put.get("hangoutLink").is_none());
}

#[tokio::test]
async fn a_used_request_id_is_ignored_even_after_a_failure() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    bench
        .sandbox
        .control()
        .add_fault(FaultRule::new(FaultKind::ConferenceFailure).times(1))
        .unwrap();
    let (_, failed) = insert(&bench, &token, "r1").await;
    assert_eq!(status_of(&failed), &json!("failure"));
    assert!(failed["conferenceData"].get("conferenceSolution").is_none());
    assert!(failed["conferenceData"].get("entryPoints").is_none());
    let path = format!("{EVENT}/abcde?conferenceDataVersion=1");
    let asking = |id: &str| json!({ "conferenceData": meet(id)["conferenceData"] });
    let (_, same) = bench.send(Method::PATCH, &token, &path, &asking("r1")).await;
    assert_eq!(status_of(&same), &json!("failure"));
    let (_, again) = bench.send(Method::PATCH, &token, &path, &asking("r2")).await;
    assert_eq!(status_of(&again), &json!("success"));
    let (_, kept) = bench.send(Method::PATCH, &token, &path, &asking("r2")).await;
    assert_eq!(kept["hangoutLink"], again["hangoutLink"]);
}

#[tokio::test]
async fn a_calendar_without_meet_refuses_it() {
    let bench = Bench::new().await;
    let (status, body) = insert(&bench, &bench.token("nomeet@sandbox.test"), "r1").await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, "invalid"));
    assert_eq!(body["error"]["message"], json!("Invalid conference type value."));
    assert_eq!(bench.sandbox.control().summary().events_live, 0);
}

#[tokio::test]
async fn two_events_get_two_rooms() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let (_, first) = insert(&bench, &token, "r1").await;
    let mut body = hour_with(3, &meet("r1"));
    body["id"] = json!("fghij");
    let path = format!("{EVENT}?conferenceDataVersion=1");
    let (_, second) = bench.send(Method::POST, &token, &path, &body).await;
    assert_ne!(first["hangoutLink"], second["hangoutLink"]);
}

#[tokio::test]
async fn faults_keep_it_pending_or_delay_it() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let control = bench.sandbox.control();
    control
        .add_fault(FaultRule::new(FaultKind::ConferencePendingForever).times(1))
        .unwrap();
    let (_, event) = insert(&bench, &token, "r1").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(
        status_of(&bench.get(&token, &format!("{EVENT}/abcde")).await.1),
        &json!("pending")
    );
    assert_eq!(status_of(&event), &json!("pending"));
    control
        .add_fault(FaultRule::new(FaultKind::ConferenceDelayMs { ms: 30 }).times(1))
        .unwrap();
    let asking = json!({ "conferenceData": meet("r2")["conferenceData"] });
    let path = format!("{EVENT}/abcde?conferenceDataVersion=1");
    let (_, event) = bench.send(Method::PATCH, &token, &path, &asking).await;
    assert_eq!(status_of(&event), &json!("pending"));
    eventually(|| control.events(ADA).unwrap()[0].get("hangoutLink").is_some()).await;
}
