//! The control API and the ledger over HTTP.

use http::Method;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use timetap_core::clock::Clock;
use timetap_sandbox::LedgerQuery;

use crate::support::{ADA, Bench, EVENTS, hour_with, read};

async fn call(bench: &Bench, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let request = bench.client.request(method, bench.url(path));
    let request = if body.is_null() { request } else { request.json(body) };
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn faults_come_list_and_go() {
    let bench = Bench::new().await;
    let rule = json!({ "match": { "method": "insert", "account": ADA },
                       "fault": { "kind": "status", "status": 429, "retry_after": 5 }, "times": 2 });
    let (status, made) = call(&bench, Method::POST, "/api/control/faults", &rule).await;
    assert_eq!(status, 201);
    let (_, list) = call(&bench, Method::GET, "/api/control/faults", &Value::Null).await;
    assert_eq!(list["plugged"], json!(true));
    assert_eq!(list["faults"][0]["id"], made["id"]);
    assert_eq!(list["faults"][0]["rule"]["fault"]["status"], json!(429));
    let path = format!("/api/control/faults/{}", made["id"]);
    assert_eq!(call(&bench, Method::DELETE, &path, &Value::Null).await.0, 204);
    let (status, body) = call(&bench, Method::DELETE, &path, &Value::Null).await;
    assert_eq!(
        (status, &body["error"]),
        (404, &json!(format!("There is no fault {}.", made["id"])))
    );
}

#[rstest]
#[case(json!({ "fault": { "kind": "gremlins" } }), "unknown variant")]
#[case(json!({ "fault": { "kind": "status", "status": 200 } }), "between 400 and 599")]
#[case(json!({ "fault": { "kind": "timeout_after" }, "match": { "method": "guess" } }), "Unknown method")]
#[case(json!({ "fault": { "kind": "timeout_after" }, "match": { "methods": "insert" } }), "unknown field")]
#[case(json!({ "fault": { "kind": "timeout_after" }, "probability": 2 }), "between 0 and 1")]
#[case(json!({ "fault": { "kind": "lost_answer", "percent": 101 } }), "between 0 and 100")]
#[case(json!({ "fault": { "kind": "timeout_after" }, "times": 0 }), "at least 1")]
#[case(json!({ "times": 1 }), "missing field `fault`")]
#[tokio::test]
async fn a_fault_that_makes_no_sense_is_explained(#[case] rule: Value, #[case] says: &str) {
    let bench = Bench::new().await;
    let (status, body) = call(&bench, Method::POST, "/api/control/faults", &rule).await;
    assert_eq!(status, 400);
    assert!(body["error"].as_str().unwrap().contains(says), "{body}");
    assert!(bench.sandbox.control().faults().is_empty());
}

#[tokio::test]
async fn the_ledger_counts_requests_and_effects() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let more = json!({ "id": "abcde", "conferenceData": { "createRequest": { "requestId": "r1",
        "conferenceSolutionKey": { "type": "hangoutsMeet" } } } });
    bench.insert(&token, &hour_with(3, &more)).await;
    bench.insert(&token, &hour_with(3, &more)).await;
    bench.get(&token, "/calendars/primary/events/abcde").await;
    let (_, all) = call(&bench, Method::GET, "/api/ledger?method=insert", &Value::Null).await;
    assert_eq!(all["count"], json!(2));
    let row = &all["rows"][0];
    assert_eq!(
        (
            &row["account"],
            &row["calendar"],
            &row["event"],
            &row["request_id"],
            &row["status"]
        ),
        (&json!(ADA), &json!(ADA), &json!("abcde"), &json!("r1"), &json!(200))
    );
    let (_, effects) = call(
        &bench,
        Method::GET,
        "/api/ledger?method=insert&effect=true",
        &Value::Null,
    )
    .await;
    assert_eq!(effects["count"], json!(1));
    let (_, later) = call(&bench, Method::GET, "/api/ledger?after=2", &Value::Null).await;
    assert_eq!(later["rows"][0]["method"], json!("get"));
    let (_, summary) = call(&bench, Method::GET, "/api/ledger/summary", &Value::Null).await;
    assert_eq!(summary["events_live"], json!(1));
    assert_eq!(summary["methods"]["insert"], json!({ "requests": 2, "effects": 1 }));
    assert_eq!(call(&bench, Method::DELETE, "/api/ledger", &Value::Null).await.0, 204);
    assert_eq!(bench.sandbox.control().count(&LedgerQuery::default()), 0);
}

#[tokio::test]
async fn no_secret_reaches_the_ledger() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let path = format!("/calendar/v3/users/me/calendarList?access_token={token}");
    bench
        .client
        .get(bench.url(&path))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    let (_, rows) = call(&bench, Method::GET, "/api/ledger", &Value::Null).await;
    assert!(!rows.to_string().contains(&token));
}

#[tokio::test]
async fn people_events_and_tokens_can_be_made() {
    let bench = Bench::new().await;
    let dana = json!({ "email": "Dana@sandbox.test", "name": "Dana Low" });
    assert_eq!(call(&bench, Method::POST, "/api/control/accounts", &dana).await.0, 201);
    assert_eq!(call(&bench, Method::POST, "/api/control/accounts", &dana).await.0, 409);
    let wrong = json!({ "email": "dana", "name": "Dana Low" });
    assert_eq!(call(&bench, Method::POST, "/api/control/accounts", &wrong).await.0, 400);
    let path = "/api/control/calendars/dana@sandbox.test/events";
    let (status, event) = call(
        &bench,
        Method::POST,
        path,
        &hour_with(3, &json!({ "summary": "Dentist" })),
    )
    .await;
    assert_eq!(status, 201, "{event}");
    let wanted = json!({ "account": "dana@sandbox.test", "scopes": EVENTS });
    let (_, tokens) = call(&bench, Method::POST, "/api/control/tokens", &wanted).await;
    let token = tokens["access_token"].as_str().unwrap();
    let (_, list) = bench.get(token, "/calendars/primary/events").await;
    assert_eq!(list["items"][0]["summary"], json!("Dentist"));
    let one = format!("{path}/{}", event["id"].as_str().unwrap());
    let (_, moved) = call(&bench, Method::PATCH, &one, &json!({ "summary": "Doctor" })).await;
    assert_eq!(moved["summary"], json!("Doctor"));
    assert_eq!(call(&bench, Method::DELETE, &one, &Value::Null).await.0, 204);
    assert_eq!(call(&bench, Method::DELETE, &one, &Value::Null).await.0, 410);
    let (_, events) = call(&bench, Method::GET, path, &Value::Null).await;
    assert_eq!(events["events"][0]["status"], json!("cancelled"));
    let (_, expired) = call(&bench, Method::POST, "/api/control/expire-access-tokens", &Value::Null).await;
    assert_eq!(expired, json!({ "expired": 1 }));
    assert_eq!(bench.get(token, "/calendars/primary/events").await.0, 401);
    let (_, revoked) = call(
        &bench,
        Method::POST,
        "/api/control/revoke-grant",
        &json!({ "account": "dana@sandbox.test" }),
    )
    .await;
    assert_eq!(revoked, json!({ "revoked": 2 }));
    assert_eq!(
        call(&bench, Method::POST, "/api/control/reset", &Value::Null).await.0,
        204
    );
    let (_, accounts) = call(&bench, Method::GET, "/api/control/accounts", &Value::Null).await;
    assert_eq!(accounts["accounts"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn time_passes_at_once_where_the_clock_can_be_moved() {
    let clock = Clock::movable();
    let bench = Bench::with(|options| options.clock = clock.clone()).await;
    let before = clock.now();
    let hour = json!({ "seconds": 3_600 });
    let (status, body) = call(&bench, Method::POST, "/api/control/clock", &hour).await;
    assert_eq!(status, 200, "{body}");
    let passed = clock.now().duration_since(before);
    assert!(
        passed >= SignedDuration::from_hours(1) && passed < SignedDuration::from_mins(65),
        "{passed}"
    );
    let back = json!({ "seconds": -1 });
    assert_eq!(call(&bench, Method::POST, "/api/control/clock", &back).await.0, 400);

    let bench = Bench::with(|options| options.clock = Clock::system()).await;
    let (status, body) = call(&bench, Method::POST, "/api/control/clock", &hour).await;
    assert_eq!(status, 400);
    assert!(body["error"].as_str().unwrap().contains("cannot be moved"), "{body}");
}
