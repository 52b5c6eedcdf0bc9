//! Free/busy: what counts as busy, and what is an error rather than free.

use http::Method;
use serde_json::{Map, Value, json};

use crate::support::{ADA, BEN, Bench, hour, hour_with, reason_of};

async fn query(bench: &Bench, more: &Value) -> (u16, Value) {
    let mut body = json!({
        "timeMin": "2026-12-01T00:00:00Z", "timeMax": "2026-12-31T00:00:00Z", "items": [{ "id": "primary" }],
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    bench.send(Method::POST, &bench.token(ADA), "/freeBusy", &body).await
}

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

#[tokio::test]
async fn busy_times_are_merged_and_clipped_to_the_range() {
    let bench = Bench::new().await;
    let control = bench.sandbox.control();
    for (start, end) in [
        ("09:00", "10:00"),
        ("09:30", "11:00"),
        ("11:00", "11:30"),
        ("15:00", "16:00"),
    ] {
        let event = json!({
            "start": { "dateTime": format!("2026-12-03T{start}:00Z") },
            "end": { "dateTime": format!("2026-12-03T{end}:00Z") },
        });
        control.add_event(ADA, &object(event)).unwrap();
    }
    let (status, body) = query(&bench, &json!({ "timeMax": "2026-12-03T15:20:00Z" })).await;
    assert_eq!(status, 200);
    assert_eq!(
        body["calendars"]["primary"]["busy"],
        json!([
            { "start": "2026-12-03T09:00:00Z", "end": "2026-12-03T11:30:00Z" },
            { "start": "2026-12-03T15:00:00Z", "end": "2026-12-03T15:20:00Z" },
        ])
    );
    let (_, local) = query(&bench, &json!({ "timeZone": "Europe/Madrid" })).await;
    assert_eq!(
        local["calendars"]["primary"]["busy"][0]["start"],
        json!("2026-12-03T10:00:00+01:00")
    );
}

#[tokio::test]
async fn an_all_day_event_is_busy_from_midnight_to_midnight_of_the_calendar() {
    let bench = Bench::new().await;
    let event = json!({ "start": { "date": "2026-12-03" }, "end": { "date": "2026-12-04" } });
    bench.sandbox.control().add_event(ADA, &object(event)).unwrap();
    let (_, body) = query(&bench, &json!({})).await;
    let expected = json!([{ "start": "2026-12-02T23:00:00Z", "end": "2026-12-03T23:00:00Z" }]);
    assert_eq!(body["calendars"]["primary"]["busy"], expected);
}

#[tokio::test]
async fn transparent_and_cancelled_events_are_free() {
    let bench = Bench::new().await;
    let control = bench.sandbox.control();
    control
        .add_event(ADA, &object(hour_with(3, &json!({ "transparency": "transparent" }))))
        .unwrap();
    let event = control.add_event(ADA, &object(hour(4))).unwrap();
    control.delete_event(ADA, event["id"].as_str().unwrap()).unwrap();
    assert_eq!(
        query(&bench, &json!({})).await.1["calendars"]["primary"]["busy"],
        json!([])
    );
}

#[tokio::test]
async fn an_unreadable_calendar_has_an_error_beside_the_others() {
    let bench = Bench::new().await;
    bench.sandbox.control().add_event(ADA, &object(hour(3))).unwrap();
    let (status, body) = query(&bench, &json!({ "items": [{ "id": ADA }, { "id": BEN }] })).await;
    assert_eq!(status, 200);
    assert_eq!(
        body["calendars"][BEN]["errors"],
        json!([{ "domain": "global", "reason": "notFound" }])
    );
    assert_eq!(body["calendars"][ADA]["busy"].as_array().map(Vec::len), Some(1));
    assert!(body["calendars"][ADA].get("errors").is_none());
}

#[tokio::test]
async fn more_than_fifty_calendars_are_too_many() {
    let bench = Bench::new().await;
    let items: Vec<_> = (0..51)
        .map(|n| json!({ "id": format!("c{n:02}@sandbox.test") }))
        .collect();
    let (_, body) = query(&bench, &json!({ "items": items })).await;
    assert_eq!(
        body["calendars"]["c49@sandbox.test"]["errors"][0]["reason"],
        json!("notFound")
    );
    assert_eq!(
        body["calendars"]["c50@sandbox.test"]["errors"][0]["reason"],
        json!("tooManyCalendarsRequested")
    );
}

#[tokio::test]
async fn empty_missing_and_unreadable_ranges_are_refused() {
    let bench = Bench::new().await;
    for (more, reason) in [
        (json!({ "timeMax": "2026-12-01T00:00:00Z" }), "timeRangeEmpty"),
        (json!({ "timeMax": null }), "required"),
        (json!({ "timeMax": "2026-12-05" }), "badRequest"),
        (json!({ "timeMax": "2026-12-05T00:00:00" }), "badRequest"),
    ] {
        let (status, body) = query(&bench, &more).await;
        assert_eq!((status, reason_of(status, &body).as_str()), (400, reason), "{more}");
    }
}
