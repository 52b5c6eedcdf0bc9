//! Who may call what: bearers, scopes, calendars, quotas.

use http::Method;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;
use timetap_sandbox::Quotas;

use crate::support::{ADA, BEN, Bench, CALENDAR_LIST, CLEO, EVENTS, FREEBUSY, hour, read, reason_of};

#[tokio::test]
async fn no_bearer_and_an_unknown_bearer_are_401() {
    let bench = Bench::new().await;
    let bare = bench
        .client
        .get(bench.url("/calendar/v3/users/me/calendarList"))
        .send()
        .await
        .unwrap();
    let (status, body) = read(bare).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (401, "required"));
    let (status, body) = bench.get("ya29.made-up", "/users/me/calendarList").await;
    assert_eq!((status, reason_of(status, &body).as_str()), (401, "authError"));
}

#[rstest]
#[case::events_not_for_list(EVENTS, Method::GET, "/users/me/calendarList", 403)]
#[case::events_not_for_freebusy(EVENTS, Method::POST, "/freeBusy", 403)]
#[case::freebusy_not_for_events(FREEBUSY, Method::GET, "/calendars/primary/events", 403)]
#[case::list_not_for_insert(CALENDAR_LIST, Method::POST, "/calendars/primary/events", 403)]
#[case::list(CALENDAR_LIST, Method::GET, "/users/me/calendarList", 200)]
#[case::events(EVENTS, Method::GET, "/calendars/primary/events", 200)]
#[case::readonly_not_for_insert(
    "https://www.googleapis.com/auth/calendar.readonly",
    Method::POST,
    "/calendars/primary/events",
    403
)]
#[tokio::test]
async fn each_method_wants_its_scope(
    #[case] scope: &str,
    #[case] method: Method,
    #[case] path: &str,
    #[case] expected: u16,
) {
    let bench = Bench::new().await;
    let (status, body) = bench.send(method, &bench.token_for(ADA, scope), path, &hour(3)).await;
    assert_eq!(status, expected, "{body}");
    if expected == 403 {
        assert_eq!(reason_of(status, &body), "insufficientPermissions");
    }
}

#[tokio::test]
async fn the_list_has_every_calendar_primary_first_in_pages() {
    let bench = Bench::new().await;
    let token = bench.token(CLEO);
    let (_, first) = bench.get(&token, "/users/me/calendarList?maxResults=2").await;
    assert_eq!(first["items"][0]["id"], json!(CLEO));
    assert_eq!(first["items"][0]["primary"], json!(true));
    assert_eq!(first["items"].as_array().map(Vec::len), Some(2));
    assert!(first.get("nextSyncToken").is_none());
    let page = first["nextPageToken"].as_str().unwrap();
    let (_, last) = bench
        .get(&token, &format!("/users/me/calendarList?maxResults=2&pageToken={page}"))
        .await;
    assert_eq!(last["items"][0]["summary"], json!("Holidays"));
    assert_eq!(last["items"][0]["accessRole"], json!("reader"));
    assert!(last.get("nextPageToken").is_none());
    let (_, writable) = bench.get(&token, "/users/me/calendarList?minAccessRole=writer").await;
    assert_eq!(writable["items"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_calendar_of_somebody_else_does_not_exist() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    for path in [
        format!("/calendars/{BEN}/events"),
        "/calendars/nobody@sandbox.test/events".to_owned(),
    ] {
        let (status, body) = bench.get(&token, &path).await;
        assert_eq!((status, reason_of(status, &body).as_str()), (404, "notFound"));
    }
}

#[tokio::test]
async fn calendars_tell_their_zone_and_their_conference_solutions() {
    let bench = Bench::new().await;
    let read = "https://www.googleapis.com/auth/calendar.readonly";
    let (_, calendar) = bench.get(&bench.token_for(ADA, read), "/calendars/primary").await;
    assert_eq!(calendar["timeZone"], json!("Europe/Madrid"));
    assert_eq!(
        calendar["conferenceProperties"]["allowedConferenceSolutionTypes"],
        json!(["hangoutsMeet"])
    );
    let (_, other) = bench
        .get(&bench.token_for("nomeet@sandbox.test", read), "/calendars/primary")
        .await;
    assert_ne!(
        other["conferenceProperties"]["allowedConferenceSolutionTypes"],
        json!(["hangoutsMeet"])
    );
}

#[tokio::test]
async fn a_read_only_calendar_takes_no_events() {
    let bench = Bench::new().await;
    let path = "/calendars/holidays.es%40group.v.calendar.sandbox.test/events";
    let (status, body) = bench.send(Method::POST, &bench.token(CLEO), path, &hour(3)).await;
    assert_eq!(
        (status, reason_of(status, &body).as_str()),
        (403, "requiredAccessLevel")
    );
}

#[tokio::test]
async fn quotas_are_sliding_minutes_per_user_and_per_project() {
    let bench = Bench::with(|options| {
        options.quotas = Quotas {
            per_user_minute: 3,
            per_project_minute: 4,
        }
    })
    .await;
    let (ada, ben) = (bench.token(ADA), bench.token(BEN));
    let path = "/calendars/primary/events";
    for _ in 0..3 {
        assert_eq!(bench.get(&ada, path).await.0, 200);
    }
    let (status, body) = bench.get(&ada, path).await;
    assert_eq!(
        (status, reason_of(status, &body).as_str()),
        (403, "userRateLimitExceeded")
    );
    assert_eq!(body["error"]["errors"][0]["domain"], json!("usageLimits"));
    assert_eq!(bench.get(&ben, path).await.0, 200);
    let (status, body) = bench.get(&ben, path).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (403, "rateLimitExceeded"));
    bench.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(bench.get(&ada, path).await.0, 200);
}
