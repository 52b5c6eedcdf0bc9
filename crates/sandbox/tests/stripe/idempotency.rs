//! Idempotency keys, as Stripe keeps them.

use jiff::SignedDuration;
use timetap_sandbox::{FaultKind, FaultRule};

use crate::support::{Bench, error_of, id, read, session_form};

const CREATE: &str = "checkout/sessions";

#[tokio::test]
async fn a_key_gives_the_same_answer_for_a_day() {
    let bench = Bench::new().await;
    let form = session_form(&[]);
    let first = bench.post_with_key(CREATE, &form, "one").await;
    let request_id = first.headers()["request-id"].clone();
    assert!(!first.headers().contains_key("idempotent-replayed"));
    let (_, made) = read(first).await;
    let again = bench.post_with_key(CREATE, &form, "one").await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.headers()["original-request"], request_id);
    assert_eq!(read(again).await, (200, made.clone()));
    // The parameters count, not their order.
    let mut turned = form.clone();
    turned.reverse();
    assert_eq!(read(bench.post_with_key(CREATE, &turned, "one").await).await.1, made);
    assert_eq!(bench.count("session.created"), 1);
    bench.clock.advance(SignedDuration::from_hours(24));
    let (_, fresh) = read(bench.post_with_key(CREATE, &form, "one").await).await;
    assert_ne!(id(&fresh), id(&made));
}

#[tokio::test]
async fn other_parameters_or_another_address_are_refused() {
    let bench = Bench::new().await;
    bench.post_with_key(CREATE, &session_form(&[]), "one").await;
    let other = session_form(&[("client_reference_id", "order-2")]);
    let (status, body) = read(bench.post_with_key(CREATE, &other, "one").await).await;
    assert_eq!((status, error_of(&body).0.as_str()), (400, "idempotency_error"));
    let (status, body) = read(bench.post_with_key("customers", &[], "one").await).await;
    assert_eq!((status, error_of(&body).0.as_str()), (400, "idempotency_error"));
    let long = "k".repeat(256);
    assert_eq!(
        bench.post_with_key(CREATE, &session_form(&[]), &long).await.status(),
        400
    );
    assert_eq!(bench.count("session.created"), 1);
}

#[tokio::test]
async fn a_refusal_before_the_work_is_not_kept_and_one_at_work_is() {
    let bench = Bench::new().await;
    let wrong = session_form(&[("mode", "gift")]);
    assert_eq!(bench.post_with_key(CREATE, &wrong, "one").await.status(), 400);
    assert_eq!(
        bench.post_with_key(CREATE, &session_form(&[]), "one").await.status(),
        200
    );

    let session = bench.session(&[]).await;
    bench
        .page(id(&session), &[("action", "pay"), ("email", "ada@example.org")])
        .await;
    let (_, paid) = bench.get(&format!("{CREATE}/{}", id(&session))).await;
    let form = [
        ("payment_intent", paid["payment_intent"].as_str().unwrap()),
        ("amount", "2001"),
    ];
    let refused = read(bench.post_with_key("refunds", &form, "two").await).await;
    let again = bench.post_with_key("refunds", &form, "two").await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(read(again).await, refused);
}

#[tokio::test]
async fn a_lost_answer_is_found_again_under_its_key() {
    let bench = Bench::new().await;
    let lost = FaultRule::new(FaultKind::LostAnswer { percent: 100 })
        .on("stripe.sessions.create")
        .times(1);
    bench.control().add_fault(lost).unwrap();
    let form = session_form(&[]);
    let send = || {
        bench
            .request(http::Method::POST, CREATE)
            .form(&form)
            .header("Idempotency-Key", "one")
            .send()
    };
    send().await.unwrap_err();
    assert_eq!(bench.count("session.created"), 1);
    assert_eq!(send().await.unwrap().headers()["idempotent-replayed"], "true");
    assert_eq!(bench.count("session.created"), 1);
}

#[tokio::test]
async fn a_500_is_kept_with_the_key_and_429_and_503_are_not() {
    let bench = Bench::new().await;
    for (status, kept) in [(500, true), (429, false), (503, false)] {
        let fault = FaultKind::Status {
            status,
            reason: None,
            retry_after: Some(2),
        };
        let rule = FaultRule::new(fault).on("stripe.sessions.create").times(1);
        bench.control().add_fault(rule).unwrap();
        let key = format!("key-{status}");
        let first = bench.post_with_key(CREATE, &session_form(&[]), &key).await;
        assert_eq!(
            (
                first.status().as_u16(),
                first.headers()["retry-after"].to_str().unwrap()
            ),
            (status, "2")
        );
        let again = bench.post_with_key(CREATE, &session_form(&[]), &key).await;
        assert_eq!(again.status().as_u16(), if kept { 500 } else { 200 });
    }
    assert_eq!(bench.count("session.created"), 2);
}

#[tokio::test]
async fn two_at_once_with_one_key_are_one_and_a_409() {
    let bench = Bench::new().await;
    let slow = FaultRule::new(FaultKind::SlowWork { ms: 400 })
        .on("stripe.sessions.create")
        .times(1);
    bench.control().add_fault(slow).unwrap();
    let form = session_form(&[]);
    let (first, second) = tokio::join!(bench.post_with_key(CREATE, &form, "one"), async {
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        bench.post_with_key(CREATE, &form, "one").await
    });
    assert_eq!(first.status(), 200);
    assert_eq!(second.headers()["stripe-should-retry"], "true");
    let (status, body) = read(second).await;
    assert_eq!((status, error_of(&body).1.as_str()), (409, "idempotency_key_in_use"));
    assert_eq!(bench.count("session.created"), 1);
    // The 409 was not kept: later the key gives the first answer.
    let later = bench.post_with_key(CREATE, &form, "one").await;
    assert_eq!(
        (
            later.status().as_u16(),
            later.headers()["idempotent-replayed"].to_str().unwrap()
        ),
        (200, "true")
    );
}

#[tokio::test]
async fn a_crowd_with_one_key_makes_one_session() {
    let bench = Bench::new().await;
    let form = session_form(&[]);
    let crowd = (0..50).map(|_| async { read(bench.post_with_key(CREATE, &form, "one").await).await });
    let answers = futures::future::join_all(crowd).await;
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == 200));
    assert_eq!(bench.count("session.created"), 1);
}
