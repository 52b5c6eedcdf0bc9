//! Faults: each does what it says, where it says, as often as it says; and the ledger tells.

use std::time::{Duration, Instant};

use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery, SilentAddress};

use crate::{
    oauth::refresh,
    support::{ADA, BEN, Bench, EVENTS, hour, hour_with, reason_of},
};

fn status(status: u16) -> FaultKind {
    FaultKind::Status {
        status,
        reason: None,
        retry_after: None,
    }
}

#[rstest]
#[case(401, None, "authError")]
#[case(403, None, "rateLimitExceeded")]
#[case(403, Some("quotaExceeded"), "quotaExceeded")]
#[case(403, Some("forbidden"), "forbidden")]
#[case(404, None, "notFound")]
#[case(409, None, "duplicate")]
#[case(410, None, "fullSyncRequired")]
#[case(412, None, "conditionNotMet")]
#[case(429, None, "rateLimitExceeded")]
#[case(500, None, "backendError")]
#[case(503, None, "backendError")]
#[tokio::test]
async fn a_status_fault_answers_in_googles_words_without_effect(
    #[case] code: u16,
    #[case] reason: Option<&str>,
    #[case] expected: &str,
) {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let fault = FaultKind::Status {
        status: code,
        reason: reason.map(str::to_owned),
        retry_after: Some(7),
    };
    bench
        .sandbox
        .control()
        .add_fault(FaultRule::new(fault).on("insert").times(1))
        .unwrap();
    let response = bench
        .request(Method::POST, &token, "/calendars/primary/events")
        .json(&hour(3))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["retry-after"], "7");
    let (status, body) = crate::support::read(response).await;
    assert_eq!((status, reason_of(status, &body).as_str()), (code, expected));
    assert_eq!(bench.sandbox.control().summary().events_live, 0);
    let row = bench.sandbox.control().ledger(&LedgerQuery::method("insert")).remove(0);
    assert_eq!(
        (row.status, row.fault.as_deref(), row.effect),
        (Some(code), Some("status"), false)
    );
    assert_eq!(bench.insert(&token, &hour(3)).await.0, 200, "once only");
}

#[tokio::test]
async fn a_refusal_may_name_a_date() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let fault = FaultKind::RetryAfterDate {
        status: 503,
        seconds: 90,
    };
    bench.sandbox.control().add_fault(FaultRule::new(fault)).unwrap();
    let answer = bench
        .request(Method::GET, &token, "/users/me/calendarList")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "Fri, 20 Nov 2026 09:01:30 GMT");
}

#[tokio::test]
async fn at_a_silent_address_no_connection_stands() {
    let silent = SilentAddress::take().await.unwrap();
    let begun = Instant::now();
    let request = crate::support::client().get(silent.base_url());
    let answer = tokio::time::timeout(Duration::from_millis(400), request.send()).await;
    assert!(answer.is_err(), "neither an answer nor a refusal");
    assert!(begun.elapsed() >= Duration::from_millis(400));
}

#[rstest]
#[case::before(FaultKind::TimeoutBefore, false)]
#[case::after(FaultKind::TimeoutAfter, true)]
#[case::reset(FaultKind::ResetAfter, true)]
#[case::truncated(FaultKind::TruncatedJson, true)]
#[case::lost(FaultKind::LostAnswer { percent: 100 }, true)]
#[case::unplugged(FaultKind::Unplugged, false)]
#[tokio::test]
async fn no_good_answer_comes_and_the_effect_is_as_named(#[case] fault: FaultKind, #[case] effect: bool) {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let name = fault.name();
    bench
        .sandbox
        .control()
        .add_fault(FaultRule::new(fault).on("insert").times(1))
        .unwrap();
    let request = bench.request(Method::POST, &token, "/calendars/primary/events");
    let request = request
        .json(&hour_with(3, &json!({ "id": "abcde" })))
        .timeout(Duration::from_millis(400));
    let answer = async { request.send().await?.json::<Value>().await };
    assert!(answer.await.is_err(), "{name} must not give a whole answer");
    assert_eq!(bench.sandbox.control().summary().events_live, usize::from(effect));
    let row = bench.sandbox.control().ledger(&LedgerQuery::method("insert")).remove(0);
    assert_eq!((row.fault.as_deref(), row.effect), (Some(name), effect));
    let (status, _) = bench.insert(&token, &hour_with(3, &json!({ "id": "abcde" }))).await;
    assert_eq!(status, if effect { 409 } else { 200 });
}

#[tokio::test]
async fn a_slow_drip_is_whole_but_slow() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    bench
        .sandbox
        .control()
        .add_fault(FaultRule::new(FaultKind::SlowDrip { ms: 15 }).on("list"))
        .unwrap();
    let start = Instant::now();
    let (status, body) = bench.get(&token, "/calendars/primary/events").await;
    assert_eq!((status, &body["kind"]), (200, &json!("calendar#events")));
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn unplugged_google_closes_every_connection_but_the_rest_works() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let control = bench.sandbox.control();
    control.unplug();
    for path in [
        "/calendar/v3/users/me/calendarList",
        "/o/oauth2/v2/auth",
        "/oauth2/v3/userinfo",
        "/token",
    ] {
        let error = bench
            .client
            .get(bench.url(path))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap_err();
        assert!(!error.is_timeout(), "{path}");
    }
    for path in ["/", "/mail", "/control", "/calendar/u/ada@sandbox.test", "/api/ledger"] {
        assert_eq!(
            bench.client.get(bench.url(path)).send().await.unwrap().status(),
            200,
            "{path}"
        );
    }
    let rows = control.ledger(&LedgerQuery::default());
    assert!(rows.len() == 4 && rows.iter().all(|row| row.status.is_none() && !row.effect));
    control.plug();
    assert_eq!(bench.get(&token, "/users/me/calendarList").await.0, 200);
}

#[tokio::test]
async fn a_fault_hits_its_method_its_account_and_its_calendar_only() {
    let bench = Bench::new().await;
    let (ada, ben) = (bench.token(ADA), bench.token(BEN));
    let control = bench.sandbox.control();
    control
        .add_fault(FaultRule::new(status(500)).on("list").of(ADA))
        .unwrap();
    let path = "/calendars/primary/events";
    assert_eq!(bench.get(&ada, path).await.0, 500);
    assert_eq!(bench.get(&ben, path).await.0, 200);
    assert_eq!(bench.insert(&ada, &hour(3)).await.0, 200);
    control.clear_faults();
    let mut rule = FaultRule::new(status(500));
    rule.matching.calendar = Some(BEN.to_owned());
    control.add_fault(rule).unwrap();
    assert_eq!(bench.get(&ada, path).await.0, 200);
    assert_eq!(bench.get(&ben, path).await.0, 500, "primary is the calendar's own id");
}

#[tokio::test]
async fn chance_and_times_are_kept() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    let control = bench.sandbox.control();
    let mut rule = FaultRule::new(status(503)).on("get");
    rule.probability = Some(0.5);
    control.add_fault(rule).unwrap();
    let mut failed = 0;
    for _ in 0..100 {
        failed += u32::from(bench.get(&token, "/calendars/primary/events/none1").await.0 == 503);
    }
    assert!((25..=75).contains(&failed), "{failed} of 100");
    assert_eq!(control.faults()[0].hits, u64::from(failed));
    control.clear_faults();
    control.add_fault(FaultRule::new(status(503)).times(2)).unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(bench.get(&token, "/calendars/primary/events").await.0);
    }
    assert_eq!(seen, [503, 503, 200]);
    assert!(control.faults().is_empty());
}

#[tokio::test]
async fn invalid_grant_hits_token_requests_only() {
    let bench = Bench::new().await;
    let pair = bench.sandbox.control().grant_tokens(ADA, EVENTS).unwrap();
    bench
        .sandbox
        .control()
        .add_fault(FaultRule::new(FaultKind::InvalidGrant).times(1))
        .unwrap();
    assert_eq!(bench.get(&pair.access_token, "/calendars/primary/events").await.0, 200);
    let (status, body) = refresh(&bench, &pair.refresh_token).await;
    let expected = json!({ "error": "invalid_grant", "error_description": "Token has been expired or revoked." });
    assert_eq!((status, body), (400, expected));
    assert_eq!(refresh(&bench, &pair.refresh_token).await.0, 200);
}

#[tokio::test]
async fn a_status_fault_on_the_token_endpoint_speaks_oauth() {
    let bench = Bench::new().await;
    let pair = bench.sandbox.control().grant_tokens(ADA, EVENTS).unwrap();
    bench
        .sandbox
        .control()
        .add_fault(FaultRule::new(status(503)).on("refresh").times(1))
        .unwrap();
    let (code, body) = refresh(&bench, &pair.refresh_token).await;
    assert_eq!((code, &body["error"]), (503, &json!("internal_failure")));
    let row = bench
        .sandbox
        .control()
        .ledger(&LedgerQuery::method("refresh"))
        .remove(0);
    assert_eq!(row.account.as_deref(), Some(ADA));
}
