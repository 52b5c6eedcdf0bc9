//! What the client puts on the wire, where Google's answer would not tell: parameters without which it silently does
//! something else, paging, and splitting.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use rstest::rstest;
use serde_json::{Value, json};
use timetap_core::span::Span;
use timetap_providers::google::GoogleError;
use timetap_providers::google::calendar::{Deleted, EventDraft, EventPatch, EventQuery, Guest, WatchRequest};

use crate::server::{Reply, Scripted, client_at, ok, pairs, refuse, secret};

const EVENT: &str = r#"{"id":"event1","etag":"\"1\"","status":"confirmed"}"#;

fn draft() -> EventDraft {
    EventDraft {
        id: "event1".into(),
        summary: "Session".into(),
        description: "Text".into(),
        starts: "2026-11-24T14:00:00Z".parse().unwrap(),
        ends: "2026-11-24T15:00:00Z".parse().unwrap(),
        time_zone: "Europe/Madrid".into(),
        location: Some("Main street 1".into()),
        recurrence: Vec::new(),
        guests: vec![Guest {
            email: "kim@example.test".into(),
            name: None,
        }],
        transparent: false,
        conference_request_id: Some("r1".into()),
        private: BTreeMap::from([("k".into(), "v".into())]),
    }
}

fn json_body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn an_insert_invites_and_asks_for_the_conference() {
    let google = Scripted::start(vec![ok(EVENT)]);
    client_at(&google.base)
        .insert_event(&secret("token-1"), "ada@example.test", &draft())
        .await
        .unwrap();
    let request = &google.requests()[0];
    assert!(
        request.starts_with("POST /calendar/v3/calendars/ada@example.test/events?"),
        "{request}"
    );
    assert!(
        request
            .to_ascii_lowercase()
            .contains("authorization: bearer token-1\r\n")
    );
    assert!(request.to_ascii_lowercase().contains("user-agent: timetap/"));
    assert_eq!(
        google.query(0),
        pairs(&[("conferenceDataVersion", "1"), ("sendUpdates", "all")])
    );
    assert_eq!(
        json_body(request)["attendees"],
        json!([{ "email": "kim@example.test" }])
    );
    assert_eq!(json_body(request)["location"], "Main street 1");
}

#[tokio::test]
async fn a_patch_keeps_the_conference_and_names_the_etag() {
    let google = Scripted::start(vec![ok(EVENT)]);
    let patch = EventPatch {
        summary: Some("New".into()),
        if_match: Some("\"1\"".into()),
        ..EventPatch::default()
    };
    client_at(&google.base)
        .patch_event(&secret("t"), "primary", "event1", &patch)
        .await
        .unwrap();
    let request = &google.requests()[0];
    assert!(
        request.starts_with("PATCH /calendar/v3/calendars/primary/events/event1?"),
        "{request}"
    );
    assert!(request.to_ascii_lowercase().contains("if-match: \"1\"\r\n"));
    assert_eq!(
        google.query(0),
        pairs(&[("conferenceDataVersion", "1"), ("sendUpdates", "all")])
    );
    assert_eq!(json_body(request), json!({ "summary": "New" }));
}

#[rstest]
#[case(204, Ok(Deleted::Now))]
#[case(404, Ok(Deleted::AlreadyGone))]
#[case(410, Ok(Deleted::AlreadyGone))]
#[case(412, Err(GoogleError::PreconditionFailed))]
#[tokio::test]
async fn a_deletion_is_done_when_the_event_is_gone(
    #[case] status: u16,
    #[case] expected: Result<Deleted, GoogleError>,
) {
    let google = Scripted::start(vec![Reply::Raw(format!(
        "HTTP/1.1 {status} X\r\nConnection: close\r\n\r\n"
    ))]);
    let got = client_at(&google.base)
        .delete_event(&secret("t"), "primary", "event1", Some("\"1\""))
        .await;
    assert_eq!(got, expected);
    assert_eq!(google.query(0), pairs(&[("sendUpdates", "all")]));
    assert!(
        google.requests()[0]
            .to_ascii_lowercase()
            .contains("if-match: \"1\"\r\n")
    );
}

#[tokio::test]
async fn paging_repeats_the_query_and_takes_the_token_of_the_last_page() {
    let google = Scripted::start(vec![
        ok(r#"{"items":[{"id":"event1"}],"nextPageToken":"p2"}"#),
        // An empty page with more to come.
        ok(r#"{"items":[],"nextPageToken":"p3","timeZone":"Europe/Madrid"}"#),
        ok(r#"{"items":[{"id":"event2","status":"cancelled"}],"nextSyncToken":"s2"}"#),
    ]);
    let query = EventQuery::Changes {
        sync_token: "s1".into(),
    };
    let list = client_at(&google.base)
        .list_events(&secret("t"), "primary", &query)
        .await
        .unwrap();
    assert_eq!(
        list.events.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(),
        ["event1", "event2"]
    );
    assert_eq!(list.sync_token.as_deref(), Some("s2"));
    assert_eq!(list.time_zone.as_deref(), Some("Europe/Madrid"));
    let first = pairs(&[("maxResults", "2500"), ("singleEvents", "true"), ("syncToken", "s1")]);
    assert_eq!(google.query(0), first);
    for (index, page) in [(1, "p2"), (2, "p3")] {
        assert_eq!(
            google.query(index),
            [first.clone(), pairs(&[("pageToken", page)])].concat()
        );
    }
}

#[tokio::test]
async fn paging_in_a_circle_ends() {
    let page = r#"{"items":[],"nextPageToken":"again"}"#;
    let google = Scripted::start(vec![ok(page), ok(page), ok(page)]);
    let query = EventQuery::Full { from: None };
    let error = client_at(&google.base)
        .list_events(&secret("t"), "primary", &query)
        .await
        .unwrap_err();
    assert_eq!(error, GoogleError::BrokenAnswer);
}

#[tokio::test]
async fn half_a_list_is_no_list() {
    let google = Scripted::start(vec![
        ok(r#"{"items":[{"id":"event1"}],"nextPageToken":"p2"}"#),
        refuse(503, ""),
    ]);
    let query = EventQuery::Full {
        from: Some(Timestamp::UNIX_EPOCH),
    };
    let error = client_at(&google.base)
        .list_events(&secret("t"), "primary", &query)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unavailable");
}

#[rstest]
#[case("fullSyncRequired")]
#[case("updatedMinTooLongAgo")]
#[case("")]
#[tokio::test]
async fn an_old_sync_token_is_known_by_its_status(#[case] reason: &str) {
    let body = format!(r#"{{"error":{{"errors":[{{"domain":"calendar","reason":"{reason}"}}],"code":410}}}}"#);
    let google = Scripted::start(vec![refuse(410, &body)]);
    let query = EventQuery::Changes {
        sync_token: "old".into(),
    };
    let error = client_at(&google.base)
        .list_events(&secret("t"), "primary", &query)
        .await
        .unwrap_err();
    assert_eq!(error, GoogleError::SyncTokenExpired);
}

#[tokio::test]
async fn calendars_come_from_all_pages() {
    let google = Scripted::start(vec![
        ok(r#"{"items":[{"id":"a","accessRole":"owner"}],"nextPageToken":"p2"}"#),
        ok(r#"{"items":[{"id":"b","accessRole":"reader"},{"id":"c","deleted":true}]}"#),
    ]);
    let calendars = client_at(&google.base).list_calendars(&secret("t")).await.unwrap();
    assert_eq!(
        calendars
            .iter()
            .map(|calendar| calendar.id.as_str())
            .collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(google.query(1).contains(&("pageToken".to_owned(), "p2".to_owned())));
}

#[tokio::test]
async fn free_busy_asks_fifty_at_a_time_and_answers_for_all() {
    let ids: Vec<String> = (0..51).map(|number| format!("c{number:02}")).collect();
    let busy =
        |id: &str| format!(r#""{id}":{{"busy":[{{"start":"2026-11-24T10:00:00Z","end":"2026-11-24T11:00:00Z"}}]}}"#);
    let first = ids[..49].iter().map(|id| busy(id)).collect::<Vec<_>>().join(",");
    let google = Scripted::start(vec![
        // The fiftieth is forgotten by Google.
        ok(&format!(r#"{{"calendars":{{{first}}}}}"#)),
        ok(r#"{"calendars":{"c50":{"errors":[{"domain":"global","reason":"notFound"}],"busy":[]}}}"#),
    ]);
    let span = Span::new(
        "2026-11-24T00:00:00Z".parse().unwrap(),
        "2026-11-25T00:00:00Z".parse().unwrap(),
    )
    .unwrap();
    let answer = client_at(&google.base)
        .query_free_busy(&secret("t"), &ids, span)
        .await
        .unwrap();
    assert_eq!(answer.len(), 51);
    assert_eq!(answer["c00"].as_ref().unwrap().len(), 1);
    assert_eq!(answer["c49"], Err("missing".to_owned()));
    assert_eq!(answer["c50"], Err("notFound".to_owned()));
    let body = json_body(&google.requests()[0]);
    assert_eq!(body["items"].as_array().unwrap().len(), 50);
    assert_eq!(
        (&body["timeMin"], &body["timeMax"]),
        (&json!("2026-11-24T00:00:00Z"), &json!("2026-11-25T00:00:00Z"))
    );
}

#[tokio::test]
async fn busy_times_over_the_seam_of_two_requests_are_one() {
    let google = Scripted::start(vec![
        ok(r#"{"calendars":{"c":{"busy":[{"start":"2027-01-18T22:00:00Z","end":"2027-01-19T00:00:00Z"}]}}}"#),
        ok(r#"{"calendars":{"c":{"busy":[{"start":"2027-01-19T00:00:00Z","end":"2027-01-19T03:00:00Z"}]}}}"#),
    ]);
    let span = Span::new(
        "2026-11-20T00:00:00Z".parse().unwrap(),
        "2027-02-20T00:00:00Z".parse().unwrap(),
    )
    .unwrap();
    let answer = client_at(&google.base)
        .query_free_busy(&secret("t"), &["c".to_owned()], span)
        .await
        .unwrap();
    let expected = Span::new(
        "2027-01-18T22:00:00Z".parse().unwrap(),
        "2027-01-19T03:00:00Z".parse().unwrap(),
    )
    .unwrap();
    assert_eq!(answer["c"], Ok(vec![expected]));
}

#[tokio::test]
async fn nothing_asked_means_no_request() {
    let google = Scripted::start(vec![]);
    let span = Span::new(
        "2026-11-24T00:00:00Z".parse().unwrap(),
        "2026-11-25T00:00:00Z".parse().unwrap(),
    )
    .unwrap();
    assert!(
        client_at(&google.base)
            .query_free_busy(&secret("t"), &[], span)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_channel_is_opened_and_stopped() {
    let google = Scripted::start(vec![
        ok(r#"{"kind":"api#channel","id":"ch1","resourceId":"res1","expiration":"1795168800000"}"#),
        refuse(404, ""),
    ]);
    let client = client_at(&google.base);
    let wish = WatchRequest {
        channel_id: "ch1".into(),
        token: secret("channel-token"),
        address: "https://book.example/api/google/calendar/notify".parse().unwrap(),
        ttl: Duration::from_hours(7 * 24),
    };
    let channel = client.watch_events(&secret("t"), "primary", &wish).await.unwrap();
    assert_eq!(channel.resource_id, "res1");
    assert_eq!(
        channel.expires_at.map(Timestamp::as_millisecond),
        Some(1_795_168_800_000)
    );
    client.stop_channel(&secret("t"), "ch1", "res1").await.unwrap();
    let requests = google.requests();
    assert_eq!(
        json_body(&requests[0]),
        json!({
            "id": "ch1", "type": "web_hook", "address": "https://book.example/api/google/calendar/notify",
            "token": "channel-token", "params": { "ttl": "604800" },
        })
    );
    assert!(
        requests[1].starts_with("POST /calendar/v3/channels/stop "),
        "{}",
        requests[1]
    );
    assert_eq!(json_body(&requests[1]), json!({ "id": "ch1", "resourceId": "res1" }));
}
