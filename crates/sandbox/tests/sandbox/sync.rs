//! `events.list`: filters, pages, sync tokens and their ends.

use http::Method;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{ADA, Bench, error_of, hour, hour_with, reason_of};

const EVENT: &str = "/calendars/primary/events";

async fn list(bench: &Bench, token: &str, query: &[(&str, &str)]) -> (u16, Value) {
    let query = serde_urlencoded::to_string(query).unwrap();
    bench.get(token, &format!("{EVENT}?{query}")).await
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["id"].as_str().unwrap())
        .collect()
}

async fn with_events(days: &[u8]) -> (Bench, String) {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    for day in days {
        bench
            .insert(&token, &hour_with(*day, &json!({ "id": format!("event{day:02}") })))
            .await;
    }
    (bench, token)
}

#[tokio::test]
async fn the_sync_token_comes_on_the_last_page_only_and_tells_changes_and_deletions() {
    let (bench, token) = with_events(&[3, 4, 5]).await;
    let (_, first) = list(&bench, &token, &[("maxResults", "2")]).await;
    assert_eq!(
        (ids(&first), first.get("nextSyncToken")),
        (vec!["event03", "event04"], None)
    );
    let page = first["nextPageToken"].as_str().unwrap();
    let (_, last) = list(&bench, &token, &[("maxResults", "2"), ("pageToken", page)]).await;
    assert_eq!((ids(&last), last.get("nextPageToken")), (vec!["event05"], None));
    let sync = last["nextSyncToken"].as_str().unwrap();

    let (_, nothing) = list(&bench, &token, &[("maxResults", "2"), ("syncToken", sync)]).await;
    assert!(ids(&nothing).is_empty());
    bench
        .send(Method::DELETE, &token, &format!("{EVENT}/event03"), &json!({}))
        .await;
    bench
        .send(
            Method::PATCH,
            &token,
            &format!("{EVENT}/event05"),
            &json!({ "summary": "New" }),
        )
        .await;
    let (_, changes) = list(&bench, &token, &[("maxResults", "2"), ("syncToken", sync)]).await;
    assert_eq!(ids(&changes), ["event03", "event05"]);
    let gone = &changes["items"][0];
    assert_eq!(
        (&gone["status"], gone.get("summary"), gone.get("start")),
        (&json!("cancelled"), None, None)
    );
    let next = changes["nextSyncToken"].as_str().unwrap();
    let (_, nothing) = list(&bench, &token, &[("maxResults", "2"), ("syncToken", next)]).await;
    assert!(ids(&nothing).is_empty());
}

#[tokio::test]
async fn an_incremental_sync_pages_with_the_same_sync_token() {
    let (bench, token) = with_events(&[]).await;
    let (_, start) = list(&bench, &token, &[("maxResults", "2")]).await;
    let sync = start["nextSyncToken"].as_str().unwrap();
    for day in 3..6 {
        bench
            .insert(&token, &hour_with(day, &json!({ "id": format!("event{day:02}") })))
            .await;
    }
    let (_, first) = list(&bench, &token, &[("maxResults", "2"), ("syncToken", sync)]).await;
    let page = first["nextPageToken"].as_str().unwrap();
    let (_, last) = list(
        &bench,
        &token,
        &[("maxResults", "2"), ("syncToken", sync), ("pageToken", page)],
    )
    .await;
    assert_eq!((ids(&first), ids(&last)), (vec!["event03", "event04"], vec!["event05"]));
    let (status, body) = list(&bench, &token, &[("maxResults", "2"), ("pageToken", page)]).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, "invalidParameter"));
}

#[tokio::test]
async fn a_change_while_paging_is_not_lost() {
    let (bench, token) = with_events(&[3, 4, 5]).await;
    let (_, first) = list(&bench, &token, &[("maxResults", "2")]).await;
    bench
        .send(Method::DELETE, &token, &format!("{EVENT}/event03"), &json!({}))
        .await;
    let page = first["nextPageToken"].as_str().unwrap();
    let (_, last) = list(&bench, &token, &[("maxResults", "2"), ("pageToken", page)]).await;
    let sync = last["nextSyncToken"].as_str().unwrap();
    let (_, changes) = list(&bench, &token, &[("maxResults", "2"), ("syncToken", sync)]).await;
    assert!(ids(&changes).contains(&"event03"), "{changes}");
}

#[rstest]
#[case("iCalUID", "x@y")]
#[case("orderBy", "updated")]
#[case("privateExtendedProperty", "a=b")]
#[case("q", "words")]
#[case("sharedExtendedProperty", "a=b")]
#[case("timeMin", "2026-12-01T00:00:00Z")]
#[case("timeMax", "2026-12-01T00:00:00Z")]
#[case("updatedMin", "2026-11-19T00:00:00Z")]
#[case("showDeleted", "false")]
#[case("singleEvents", "true")]
#[case("maxResults", "7")]
#[tokio::test]
async fn a_sync_token_refuses_restrictions_and_other_parameters(#[case] name: &str, #[case] value: &str) {
    let (bench, token) = with_events(&[3]).await;
    let (_, start) = list(&bench, &token, &[]).await;
    let sync = start["nextSyncToken"].as_str().unwrap();
    let (status, body) = list(&bench, &token, &[("syncToken", sync), (name, value)]).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, "invalidParameter"));
}

#[tokio::test]
async fn a_date_limited_first_sync_is_allowed() {
    let (bench, token) = with_events(&[3, 10]).await;
    let (_, start) = list(
        &bench,
        &token,
        &[("timeMin", "2026-12-05T00:00:00Z"), ("singleEvents", "true")],
    )
    .await;
    assert_eq!(ids(&start), ["event10"]);
    let sync = start["nextSyncToken"].as_str().unwrap();
    let (status, changes) = list(&bench, &token, &[("syncToken", sync), ("singleEvents", "true")]).await;
    assert_eq!((status, ids(&changes).len()), (200, 0));
}

#[tokio::test]
async fn an_expired_or_foreign_sync_token_is_410() {
    let (bench, token) = with_events(&[3]).await;
    let (_, start) = list(&bench, &token, &[]).await;
    let sync = start["nextSyncToken"].as_str().unwrap();
    bench.sandbox.control().expire_sync_tokens(Some(ADA));
    for wrong in [sync, "nonsense"] {
        let (status, body) = list(&bench, &token, &[("syncToken", wrong)]).await;
        let message = "Sync token is no longer valid, a full sync is required.";
        assert_eq!(
            (status, error_of(status, &body)),
            (
                410,
                ("calendar".to_owned(), "fullSyncRequired".to_owned(), message.to_owned())
            )
        );
        assert_eq!(body["error"]["errors"][0]["location"], json!("syncToken"));
    }
    let (_, again) = list(&bench, &token, &[]).await;
    let fresh = again["nextSyncToken"].as_str().unwrap();
    assert_eq!(list(&bench, &token, &[("syncToken", fresh)]).await.0, 200);
}

#[tokio::test]
async fn time_bounds_are_on_end_and_start() {
    let (bench, token) = with_events(&[3]).await;
    for (name, bound, found) in [
        ("timeMin", "2026-12-03T09:59:59Z", 1),
        ("timeMin", "2026-12-03T10:00:00Z", 0),
        ("timeMax", "2026-12-03T09:00:01Z", 1),
        ("timeMax", "2026-12-03T09:00:00Z", 0),
    ] {
        assert_eq!(
            ids(&list(&bench, &token, &[(name, bound)]).await.1).len(),
            found,
            "{name} {bound}"
        );
    }
    assert_eq!(list(&bench, &token, &[("timeMin", "2026-12-03")]).await.0, 400);
}

#[tokio::test]
async fn order_by_start_time_wants_single_events() {
    let (bench, token) = with_events(&[9, 3, 5]).await;
    assert_eq!(list(&bench, &token, &[("orderBy", "startTime")]).await.0, 400);
    let query = [("orderBy", "startTime"), ("singleEvents", "true"), ("maxResults", "2")];
    let (_, first) = list(&bench, &token, &query).await;
    assert_eq!(ids(&first), ["event03", "event05"]);
    let page = first["nextPageToken"].as_str().unwrap();
    let (_, last) = list(&bench, &token, &[query[0], query[1], query[2], ("pageToken", page)]).await;
    assert_eq!((ids(&last), last.get("nextSyncToken")), (vec!["event09"], None));
}

#[tokio::test]
async fn deleted_events_show_on_request_only() {
    let (bench, token) = with_events(&[3, 4]).await;
    bench
        .send(Method::DELETE, &token, &format!("{EVENT}/event03"), &json!({}))
        .await;
    assert_eq!(ids(&list(&bench, &token, &[]).await.1), ["event04"]);
    assert_eq!(ids(&list(&bench, &token, &[("showDeleted", "true")]).await.1).len(), 2);
    assert_eq!(
        ids(&list(&bench, &token, &[("updatedMin", "2026-11-19T00:00:00Z")]).await.1).len(),
        2
    );
}

#[tokio::test]
async fn private_properties_and_words_find_events() {
    let (bench, token) = with_events(&[3]).await;
    let more =
        json!({ "id": "other", "summary": "Piano lesson", "extendedProperties": { "private": { "booking": "b=1" } } });
    bench.insert(&token, &hour_with(4, &more)).await;
    assert_eq!(
        ids(&list(&bench, &token, &[("privateExtendedProperty", "booking=b=1")])
            .await
            .1),
        ["other"]
    );
    assert!(
        ids(&list(&bench, &token, &[("privateExtendedProperty", "booking=b")])
            .await
            .1)
        .is_empty()
    );
    assert_eq!(
        list(&bench, &token, &[("privateExtendedProperty", "booking")]).await.0,
        400
    );
    assert_eq!(ids(&list(&bench, &token, &[("q", "LESSON piano")]).await.1), ["other"]);
}

#[tokio::test]
async fn updated_min_too_long_ago_is_410() {
    let (bench, token) = with_events(&[3]).await;
    bench.clock.advance(SignedDuration::from_mins(5));
    let (status, body) = list(&bench, &token, &[("updatedMin", "2026-01-01T00:00:00Z")]).await;
    assert_eq!(
        (status, reason_of(status, &body).as_str()),
        (410, "updatedMinTooLongAgo")
    );
}

#[tokio::test]
async fn max_results_is_at_least_one_and_two_collided_events_both_show() {
    let (bench, token) = with_events(&[3]).await;
    assert_eq!(list(&bench, &token, &[("maxResults", "0")]).await.0, 400);
    assert_eq!(list(&bench, &token, &[("maxResults", "many")]).await.0, 400);
    let fault = timetap_sandbox::FaultRule::new(timetap_sandbox::FaultKind::UndetectedCollision).times(1);
    bench.sandbox.control().add_fault(fault).unwrap();
    let (status, _) = bench.insert(&token, &hour_with(4, &json!({ "id": "event03" }))).await;
    assert_eq!(status, 200);
    assert_eq!(ids(&list(&bench, &token, &[]).await.1), ["event03", "event03"]);
    assert_eq!(bench.sandbox.control().summary().events_live, 2);
    assert_eq!(
        bench.insert(&token, &hour_with(5, &json!({ "id": "event03" }))).await.0,
        409
    );
    assert_eq!(bench.insert(&token, &hour(6)).await.0, 200);
}
