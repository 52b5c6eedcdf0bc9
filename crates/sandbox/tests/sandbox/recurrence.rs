//! Series: their instances, the holes in them, and what a sync tells.

use http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{ADA, Bench, hour_with, reason_of};

const EVENT: &str = "/calendars/primary/events";
const SINGLE: &str = "/calendars/primary/events?singleEvents=true";

async fn with_series(rule: &str) -> (Bench, String) {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let body = hour_with(3, &json!({ "id": "series", "recurrence": [rule] }));
    let (status, made) = bench.insert(&token, &body).await;
    assert_eq!(status, 200, "{made}");
    (bench, token)
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["id"].as_str().unwrap())
        .collect()
}

#[rstest]
#[case("RRULE:FREQ=WEEKLY;COUNT=3", &["03T09", "10T09", "17T09"])]
#[case("RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261207T090000Z", &["03T09", "05T09", "07T09"])]
#[case("RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4", &["03T09", "08T09", "10T09", "15T09"])]
#[case("RRULE:FREQ=DAILY;UNTIL=20261204", &["03T09", "04T09"])]
#[tokio::test]
async fn single_events_lists_the_instances(#[case] rule: &str, #[case] expected: &[&str]) {
    let (bench, token) = with_series(rule).await;
    let (_, page) = bench.get(&token, SINGLE).await;
    let expected: Vec<_> = expected
        .iter()
        .map(|part| format!("series_202612{part}0000Z"))
        .collect();
    assert_eq!(ids(&page), expected);
    let first = &page["items"][0];
    assert_eq!(
        (&first["recurringEventId"], first.get("recurrence")),
        (&json!("series"), None)
    );
    assert_eq!(
        first["originalStartTime"]["dateTime"],
        json!("2026-12-03T10:00:00+01:00")
    );
    assert_eq!(ids(&bench.get(&token, EVENT).await.1), ["series"]);
}

#[tokio::test]
async fn instances_keep_their_wall_time_over_a_clock_change() {
    let (bench, token) = with_series("RRULE:FREQ=MONTHLY;COUNT=5").await;
    let (_, page) = bench.get(&token, SINGLE).await;
    let last = &page["items"][4];
    assert_eq!(last["start"]["dateTime"], json!("2027-04-03T10:00:00+02:00"));
    assert_eq!(last["id"], json!("series_20270403T080000Z"));
}

#[rstest]
#[case("RRULE:FREQ=HOURLY")]
#[case("RRULE:FREQ=DAILY;COUNT=2;UNTIL=20261231")]
#[case("RRULE:FREQ=MONTHLY;BYDAY=1MO")]
#[case("EXDATE:20261203T090000Z")]
#[case("every week")]
#[tokio::test]
async fn rules_beyond_reach_are_refused(#[case] rule: &str) {
    let bench = Bench::new().await;
    let (status, body) = bench
        .insert(&bench.token(ADA), &hour_with(3, &json!({ "recurrence": [rule] })))
        .await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, "invalid"));
}

#[tokio::test]
async fn a_series_is_busy_at_each_instance_but_the_deleted_one() {
    let (bench, token) = with_series("RRULE:FREQ=WEEKLY;COUNT=3").await;
    let path = format!("{EVENT}/series_20261210T090000Z");
    assert_eq!(bench.get(&token, &path).await.0, 200);
    assert_eq!(bench.send(Method::DELETE, &token, &path, &json!({})).await.0, 204);
    assert_eq!(bench.send(Method::DELETE, &token, &path, &json!({})).await.0, 410);
    let body =
        json!({ "timeMin": "2026-12-01T00:00:00Z", "timeMax": "2026-12-31T00:00:00Z", "items": [{ "id": ADA }] });
    let (_, busy) = bench.send(Method::POST, &token, "/freeBusy", &body).await;
    let starts: Vec<_> = busy["calendars"][ADA]["busy"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| &span["start"])
        .collect();
    assert_eq!(starts, [&json!("2026-12-03T09:00:00Z"), &json!("2026-12-17T09:00:00Z")]);
}

#[tokio::test]
async fn a_hole_is_listed_with_its_series_and_hidden_among_single_events() {
    let (bench, token) = with_series("RRULE:FREQ=WEEKLY;COUNT=2").await;
    bench
        .send(
            Method::DELETE,
            &token,
            &format!("{EVENT}/series_20261210T090000Z"),
            &json!({}),
        )
        .await;
    let (_, page) = bench.get(&token, EVENT).await;
    assert_eq!(ids(&page), ["series", "series_20261210T090000Z"]);
    let hole = &page["items"][1];
    assert_eq!(
        (&hole["status"], &hole["recurringEventId"]),
        (&json!("cancelled"), &json!("series"))
    );
    assert_eq!(
        hole["originalStartTime"]["dateTime"],
        json!("2026-12-10T10:00:00+01:00")
    );
    assert!(hole.get("start").is_none());
    assert_eq!(ids(&bench.get(&token, SINGLE).await.1), ["series_20261203T090000Z"]);
    bench
        .send(Method::DELETE, &token, &format!("{EVENT}/series"), &json!({}))
        .await;
    assert!(
        ids(&bench.get(&token, EVENT).await.1).is_empty(),
        "the hole goes with the series"
    );
}

#[tokio::test]
async fn a_moved_instance_keeps_its_identity() {
    let (bench, token) = with_series("RRULE:FREQ=WEEKLY;COUNT=2").await;
    let times =
        json!({ "start": { "dateTime": "2026-12-11T09:00:00Z" }, "end": { "dateTime": "2026-12-11T10:00:00Z" } });
    let path = format!("{EVENT}/series_20261210T090000Z");
    let (status, moved) = bench.send(Method::PATCH, &token, &path, &times).await;
    assert_eq!(status, 200);
    assert_eq!(
        moved["originalStartTime"]["dateTime"],
        json!("2026-12-10T10:00:00+01:00")
    );
    assert_eq!(moved["start"]["dateTime"], json!("2026-12-11T10:00:00+01:00"));
    assert_eq!(
        ids(&bench.get(&token, SINGLE).await.1),
        ["series_20261203T090000Z", "series_20261210T090000Z"]
    );
}

#[tokio::test]
async fn a_sync_of_single_events_tells_of_instances_lost_by_a_change_or_a_deletion() {
    let (bench, token) = with_series("RRULE:FREQ=WEEKLY;COUNT=3").await;
    let (_, start) = bench.get(&token, SINGLE).await;
    let sync = start["nextSyncToken"].as_str().unwrap();
    let shorter = json!({ "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"] });
    bench
        .send(Method::PATCH, &token, &format!("{EVENT}/series"), &shorter)
        .await;
    let (_, changes) = bench.get(&token, &format!("{SINGLE}&syncToken={sync}")).await;
    let cancelled = |page: &Value| {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|e| e["status"] == "cancelled")
            .count()
    };
    assert_eq!(
        (changes["items"].as_array().map(Vec::len), cancelled(&changes)),
        (Some(3), 1)
    );
    let sync = changes["nextSyncToken"].as_str().unwrap();
    bench
        .send(Method::DELETE, &token, &format!("{EVENT}/series"), &json!({}))
        .await;
    let (_, changes) = bench.get(&token, &format!("{SINGLE}&syncToken={sync}")).await;
    assert_eq!(
        (changes["items"].as_array().map(Vec::len), cancelled(&changes)),
        (Some(2), 2)
    );
}

#[tokio::test]
async fn instances_page_without_loss() {
    let (bench, token) = with_series("RRULE:FREQ=DAILY;COUNT=10").await;
    let (mut seen, mut page) = (Vec::new(), String::new());
    loop {
        let (_, answer) = bench.get(&token, &format!("{SINGLE}&maxResults=3{page}")).await;
        seen.extend(ids(&answer).into_iter().map(str::to_owned));
        match answer["nextPageToken"].as_str() {
            Some(next) => page = format!("&pageToken={next}"),
            None => break,
        }
    }
    let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (10, 10));
}
