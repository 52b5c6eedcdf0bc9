//! Events: made, read, changed, deleted, and refused.

use http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{ADA, Bench, error_of, hour, hour_with, read, reason_of};

const EVENT: &str = "/calendars/primary/events";

#[tokio::test]
async fn an_inserted_event_reads_back_with_times_in_the_calendars_offset() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let mut body = hour_with(
        3,
        &json!({ "id": "abc0123456789", "extendedProperties": { "private": { "booking": "b1" } } }),
    );
    body["start"] = json!({ "dateTime": "2026-12-03T04:00:00-05:00" });
    body["end"] = json!({ "dateTime": "2026-12-03T11:00:00", "timeZone": "Europe/Madrid" });
    let (status, made) = bench.insert(&token, &body).await;
    assert_eq!(status, 200, "{made}");
    let (status, event) = bench.get(&token, &format!("{EVENT}/abc0123456789")).await;
    assert_eq!((status, &event), (200, &made));
    assert_eq!(
        event["start"],
        json!({ "dateTime": "2026-12-03T10:00:00+01:00", "timeZone": "Europe/Madrid" })
    );
    assert_eq!(event["end"]["dateTime"], json!("2026-12-03T11:00:00+01:00"));
    assert_eq!(event["status"], json!("confirmed"));
    assert_eq!(event["iCalUID"], json!("abc0123456789@google.com"));
    assert_eq!(event["organizer"], json!({ "email": ADA, "self": true }));
    assert_eq!(event["extendedProperties"]["private"]["booking"], json!("b1"));
    let page = bench
        .client
        .get(event["htmlLink"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("<h1>Session</h1>"));
}

#[rstest]
#[case::too_short("abcd")]
#[case::upper_case("ABCDEF")]
#[case::beyond_v("abcdw")]
#[case::dashes("0190-aaaa")]
#[tokio::test]
async fn ids_are_base32hex_of_at_least_five(#[case] id: &str) {
    let bench = Bench::new().await;
    let (status, body) = bench
        .insert(&bench.token(ADA), &hour_with(3, &json!({ "id": id })))
        .await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, "invalid"));
}

#[tokio::test]
async fn ids_may_have_1024_digits_and_no_more() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    for (length, expected) in [(1_024, 200), (1_025, 400)] {
        let (status, _) = bench
            .insert(&token, &hour_with(3, &json!({ "id": "a".repeat(length) })))
            .await;
        assert_eq!(status, expected);
    }
}

#[tokio::test]
async fn id_and_ical_uid_together_are_refused() {
    let bench = Bench::new().await;
    let body = hour_with(3, &json!({ "id": "abcde", "iCalUID": "x@y" }));
    assert_eq!(bench.insert(&bench.token(ADA), &body).await.0, 400);
}

#[rstest]
#[case::no_start(json!({ "start": null }), "required")]
#[case::no_end(json!({ "end": null }), "required")]
#[case::text_as_start(json!({ "start": "2026-12-03T10:00:00+01:00" }), "parseError")]
#[case::end_before_start(json!({ "end": { "dateTime": "2026-12-03T09:00:00+01:00" } }), "timeRangeEmpty")]
#[case::end_at_start(json!({ "end": { "dateTime": "2026-12-03T10:00:00+01:00" } }), "timeRangeEmpty")]
#[case::no_zone(json!({ "start": { "dateTime": "2026-12-03T10:00:00" } }), "required")]
#[case::unknown_zone(json!({ "start": { "dateTime": "2026-12-03T10:00:00", "timeZone": "Mars/Base" } }), "invalid")]
#[case::date_and_time(json!({ "end": { "date": "2026-12-04" } }), "invalid")]
#[case::both_kinds(json!({ "start": { "date": "2026-12-03", "dateTime": "2026-12-03T10:00:00Z" } }), "invalid")]
#[case::no_time(json!({ "start": { "dateTime": "soon" } }), "badRequest")]
#[case::bad_guest(json!({ "attendees": [{ "email": "nobody" }] }), "invalid")]
#[case::property_not_text(json!({ "extendedProperties": { "private": { "n": 1 } } }), "parseError")]
#[tokio::test]
async fn malformed_events_are_refused(#[case] more: Value, #[case] reason: &str) {
    let bench = Bench::new().await;
    let (status, body) = bench.insert(&bench.token(ADA), &hour_with(3, &more)).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, reason), "{body}");
    assert_eq!(bench.sandbox.control().summary().events_live, 0);
}

#[rstest]
#[case("conferenceDataVersion=2")]
#[case("sendUpdates=everybody")]
#[tokio::test]
async fn unknown_values_of_the_query_are_refused(#[case] query: &str) {
    let bench = Bench::new().await;
    let (status, body) = bench
        .send(Method::POST, &bench.token(ADA), &format!("{EVENT}?{query}"), &hour(3))
        .await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, "invalidParameter"));
}

#[tokio::test]
async fn a_taken_id_is_409_even_after_its_event_was_deleted() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let body = hour_with(3, &json!({ "id": "abcde" }));
    bench.insert(&token, &body).await;
    let expected = json!({ "error": {
        "errors": [{ "domain": "global", "reason": "duplicate", "message": "The requested identifier already exists." }],
        "code": 409, "message": "The requested identifier already exists.",
    } });
    assert_eq!(bench.insert(&token, &body).await, (409, expected.clone()));
    bench
        .send(Method::DELETE, &token, &format!("{EVENT}/abcde"), &json!({}))
        .await;
    assert_eq!(bench.insert(&token, &body).await, (409, expected));
}

#[tokio::test]
async fn of_many_inserts_at_once_under_one_id_exactly_one_makes_an_event() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let body = hour_with(3, &json!({ "id": "abcde" }));
    let all = futures::future::join_all((0..20).map(|_| bench.insert(&token, &body))).await;
    let mut statuses: Vec<_> = all.into_iter().map(|(status, _)| status).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, &[409; 19][..]));
    assert_eq!(bench.sandbox.control().summary().events_live, 1);
}

#[tokio::test]
async fn delete_is_204_then_410_and_404_for_what_never_was() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    bench.insert(&token, &hour_with(3, &json!({ "id": "abcde" }))).await;
    let delete = |id: &str| bench.request(Method::DELETE, &token, &format!("{EVENT}/{id}")).send();
    let first = delete("abcde").await.unwrap();
    assert_eq!((first.status().as_u16(), first.bytes().await.unwrap().len()), (204, 0));
    let (status, body) = read(delete("abcde").await.unwrap()).await;
    let expected = (
        "global".to_owned(),
        "deleted".to_owned(),
        "Resource has been deleted".to_owned(),
    );
    assert_eq!((status, error_of(status, &body)), (410, expected));
    let (status, body) = read(delete("zzzzz").await.unwrap()).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (404, "notFound"));
    let (status, event) = bench.get(&token, &format!("{EVENT}/abcde")).await;
    assert_eq!((status, &event["status"]), (200, &json!("cancelled")));
}

#[tokio::test]
async fn a_deleted_event_comes_back_by_patching_its_status() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    bench.insert(&token, &hour_with(3, &json!({ "id": "abcde" }))).await;
    bench
        .send(Method::DELETE, &token, &format!("{EVENT}/abcde"), &json!({}))
        .await;
    let (status, event) = bench
        .send(
            Method::PATCH,
            &token,
            &format!("{EVENT}/abcde"),
            &json!({ "status": "confirmed" }),
        )
        .await;
    assert_eq!((status, &event["status"]), (200, &json!("confirmed")));
    assert_eq!(bench.sandbox.control().summary().events_live, 1);
}

#[tokio::test]
async fn patch_merges_objects_replaces_arrays_and_removes_nulls() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let more = json!({
        "id": "abcde", "location": "Here", "attendees": [{ "email": "a@x.test" }, { "email": "b@x.test" }],
        "extendedProperties": { "private": { "one": "1", "two": "2" } },
    });
    bench.insert(&token, &hour_with(3, &more)).await;
    let patch = json!({
        "location": null, "attendees": [{ "email": "c@x.test" }],
        "extendedProperties": { "private": { "two": "zwei" } },
    });
    let (status, event) = bench
        .send(Method::PATCH, &token, &format!("{EVENT}/abcde"), &patch)
        .await;
    assert_eq!(status, 200);
    assert_eq!(event["summary"], json!("Session"));
    assert!(event.get("location").is_none());
    assert_eq!(
        event["attendees"],
        json!([{ "email": "c@x.test", "responseStatus": "needsAction" }])
    );
    assert_eq!(
        event["extendedProperties"]["private"],
        json!({ "one": "1", "two": "zwei" })
    );
}

#[tokio::test]
async fn put_replaces_the_event_and_needs_its_times() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let path = format!("{EVENT}/abcde");
    bench
        .insert(&token, &hour_with(3, &json!({ "id": "abcde", "location": "Here" })))
        .await;
    let (status, event) = bench.send(Method::PUT, &token, &path, &hour(4)).await;
    assert_eq!((status, event.get("location")), (200, None));
    assert_eq!(event["start"]["dateTime"], json!("2026-12-04T10:00:00+01:00"));
    let (status, body) = bench
        .send(Method::PUT, &token, &path, &json!({ "summary": "No times" }))
        .await;
    assert_eq!((status, reason_of(status, &body).as_str()), (400, "required"));
}

#[tokio::test]
async fn a_move_raises_the_sequence_and_keeps_the_uid() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let (_, before) = bench.insert(&token, &hour_with(3, &json!({ "id": "abcde" }))).await;
    let path = format!("{EVENT}/abcde");
    let (_, renamed) = bench
        .send(Method::PATCH, &token, &path, &json!({ "summary": "Other" }))
        .await;
    let times = json!({ "start": hour(5)["start"], "end": hour(5)["end"] });
    let (_, moved) = bench.send(Method::PATCH, &token, &path, &times).await;
    assert_eq!(
        (&before["sequence"], &renamed["sequence"], &moved["sequence"]),
        (&json!(0), &json!(0), &json!(1))
    );
    assert_eq!(before["iCalUID"], moved["iCalUID"]);
}

#[tokio::test]
async fn every_change_changes_the_etag_and_a_stale_one_is_412() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let path = format!("{EVENT}/abcde");
    let (_, made) = bench.insert(&token, &hour_with(3, &json!({ "id": "abcde" }))).await;
    let (_, changed) = bench
        .send(Method::PATCH, &token, &path, &json!({ "summary": "Other" }))
        .await;
    assert_ne!(made["etag"], changed["etag"]);
    let stale = made["etag"].as_str().unwrap();
    for method in [Method::PATCH, Method::PUT, Method::DELETE] {
        let request = bench
            .request(method, &token, &path)
            .header("If-Match", stale)
            .json(&hour(3));
        let (status, body) = read(request.send().await.unwrap()).await;
        assert_eq!(status, 412);
        assert_eq!(
            body["error"]["errors"][0],
            json!({ "domain": "global", "reason": "conditionNotMet", "message": "Precondition Failed",
                    "locationType": "header", "location": "If-Match" })
        );
    }
    let fresh = changed["etag"].as_str().unwrap();
    let same = bench
        .request(Method::GET, &token, &path)
        .header("If-None-Match", fresh)
        .send()
        .await
        .unwrap();
    assert_eq!((same.status().as_u16(), same.bytes().await.unwrap().len()), (304, 0));
    let request = bench.request(Method::DELETE, &token, &path).header("If-Match", fresh);
    assert_eq!(request.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_change_of_reminders_leaves_updated_alone() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let (_, made) = bench.insert(&token, &hour_with(3, &json!({ "id": "abcde" }))).await;
    bench.clock.advance(jiff::SignedDuration::from_mins(1));
    let patch = json!({ "reminders": { "useDefault": false } });
    let (_, after) = bench
        .send(Method::PATCH, &token, &format!("{EVENT}/abcde"), &patch)
        .await;
    assert_eq!(made["updated"], after["updated"]);
    assert_ne!(made["etag"], after["etag"]);
}

#[tokio::test]
async fn long_properties_are_dropped_or_cut_without_a_word() {
    let bench = Bench::new().await;
    let private = json!({ "n".repeat(45): "gone", "kept": "v".repeat(2_000) });
    let body = hour_with(3, &json!({ "extendedProperties": { "private": private } }));
    let (status, event) = bench.insert(&bench.token(ADA), &body).await;
    assert_eq!(status, 200);
    assert_eq!(
        event["extendedProperties"]["private"],
        json!({ "kept": "v".repeat(1_024) })
    );
}
