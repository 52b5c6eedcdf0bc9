//! Faults on the wire of Stripe, and its plug.

use http::Method;
use rstest::rstest;
use timetap_sandbox::{FaultError, FaultKind, FaultRule, LedgerQuery, PayWith};

use crate::support::{Bench, Collector, error_of, id, read, session_form};

const CREATE: &str = "checkout/sessions";

#[rstest]
#[case(401, "invalid_request_error")]
#[case(402, "card_error")]
#[case(404, "invalid_request_error")]
#[case(409, "invalid_request_error")]
#[case(429, "invalid_request_error")]
#[case(500, "api_error")]
#[case(503, "api_error")]
#[tokio::test]
async fn a_status_is_answered_in_stripes_envelope_without_effect(#[case] status: u16, #[case] kind: &str) {
    let bench = Bench::new().await;
    let fault = FaultKind::Status {
        status,
        reason: None,
        retry_after: None,
    };
    bench
        .control()
        .add_fault(FaultRule::new(fault).on("stripe").times(1))
        .unwrap();
    let (found, body) = bench.post(CREATE, &session_form(&[])).await;
    assert_eq!((found, error_of(&body).0.as_str()), (status, kind));
    assert_eq!(bench.count("session.created"), 0);
    let row = bench
        .control()
        .ledger(&LedgerQuery::method("stripe.sessions.create"))
        .remove(0);
    assert_eq!(
        (row.status, row.fault.as_deref(), row.effect),
        (Some(status), Some("status"), false)
    );
    assert_eq!(bench.post(CREATE, &session_form(&[])).await.0, 200);
}

#[rstest]
#[case(FaultKind::TimeoutBefore, 0)]
#[case(FaultKind::TimeoutAfter, 1)]
#[case(FaultKind::ResetAfter, 1)]
#[case(FaultKind::LostAnswer { percent: 100 }, 1)]
#[case(FaultKind::Unplugged, 0)]
#[tokio::test]
async fn no_answer_may_mean_both(#[case] fault: FaultKind, #[case] made: usize) {
    let bench = Bench::new().await;
    bench
        .control()
        .add_fault(FaultRule::new(fault).on("stripe.sessions.create").times(1))
        .unwrap();
    let form = session_form(&[]);
    let request = bench.request(Method::POST, CREATE).form(&form);
    let answer = request.timeout(std::time::Duration::from_millis(700)).send().await;
    let broken = match answer {
        Err(_) => true,
        Ok(response) => response.bytes().await.is_err(),
    };
    assert!(broken);
    assert_eq!(bench.count("session.created"), made);
}

#[tokio::test]
async fn half_a_body_is_no_json_and_the_effect_stands() {
    let bench = Bench::new().await;
    bench
        .control()
        .add_fault(FaultRule::new(FaultKind::TruncatedJson).on("stripe").times(1))
        .unwrap();
    let (status, body) = read(
        bench
            .request(Method::POST, CREATE)
            .form(&session_form(&[]))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!((status, body.is_null(), bench.count("session.created")), (200, true, 1));
}

#[tokio::test]
async fn faults_of_google_leave_stripe_alone_and_the_other_way_round() {
    let bench = Bench::new().await;
    let refused = || FaultKind::Status {
        status: 503,
        reason: None,
        retry_after: None,
    };
    bench.control().add_fault(FaultRule::new(refused())).unwrap();
    bench.control().add_fault(FaultRule::new(refused()).on("any")).unwrap();
    bench.control().unplug();
    assert_eq!(bench.post(CREATE, &session_form(&[])).await.0, 200);
    bench.control().clear_faults();
    bench.control().plug();
    bench
        .control()
        .add_fault(FaultRule::new(refused()).on("stripe"))
        .unwrap();
    let google = bench.client.get(bench.url("/oauth2/v3/userinfo")).send().await.unwrap();
    assert_eq!(google.status(), 401);
    let only_stripe = bench
        .control()
        .add_fault(FaultRule::new(FaultKind::SlowWork { ms: 1 }).on("insert"));
    assert_eq!(only_stripe.unwrap_err().to_string(), FaultError::StripeOnly.to_string());
    let only_google = bench
        .control()
        .add_fault(FaultRule::new(FaultKind::ConferenceFailure).on("stripe"));
    assert_eq!(
        only_google.unwrap_err().to_string(),
        FaultError::NotOfStripe.to_string()
    );
    let unknown = bench
        .control()
        .add_fault(FaultRule::new(refused()).on("stripe.sessions.delete"));
    assert!(unknown.unwrap_err().to_string().contains("stripe.sessions.create"));
}

#[tokio::test]
async fn unplugged_nothing_answers_and_nothing_is_sent_until_it_is_back() {
    let collector = Collector::new(&[]).await;
    let bench = Bench::heard(&collector).await;
    let session = bench.session(&[]).await;
    bench.control().unplug_stripe();
    bench.request(Method::GET, CREATE).send().await.unwrap_err();
    bench
        .client
        .get(bench.url(&format!("/stripe/c/pay/{}", id(&session))))
        .send()
        .await
        .unwrap_err();
    bench
        .control()
        .pay_session(id(&session), "ada@example.org", None, &PayWith::Card)
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(collector.messages().len(), 0);
    bench.control().plug_stripe();
    crate::support::eventually(|| collector.messages().len() == 4).await;
    assert_eq!(bench.get(CREATE).await.0, 200);
}

#[tokio::test]
async fn the_page_has_faults_of_its_own() {
    let bench = Bench::new().await;
    let session = bench.session(&[]).await;
    let fault = FaultKind::Status {
        status: 503,
        reason: None,
        retry_after: None,
    };
    bench
        .control()
        .add_fault(FaultRule::new(fault).on("stripe.page").times(1))
        .unwrap();
    let form = [("action", "pay"), ("email", "ada@example.org")];
    assert_eq!(bench.page(id(&session), &form).await.status(), 503);
    assert_eq!(bench.count("charge.succeeded"), 0);
    bench
        .control()
        .add_fault(
            FaultRule::new(FaultKind::LostAnswer { percent: 100 })
                .on("stripe.page")
                .times(1),
        )
        .unwrap();
    let url = bench.url(&format!("/stripe/c/pay/{}", id(&session)));
    bench.client.post(url).form(&form).send().await.unwrap_err();
    assert_eq!(bench.count("charge.succeeded"), 1);
}
