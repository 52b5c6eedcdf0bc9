//! Each kind of refusal and of lost answer, and whether the effect happened.

use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use timetap_providers::google::{ErrorKind, GoogleError};
use timetap_sandbox::{FaultKind, Quotas};

use crate::world::{ADA, World, day, draft};

fn status(status: u16, reason: Option<&str>) -> FaultKind {
    FaultKind::Status {
        status,
        reason: reason.map(str::to_owned),
        retry_after: Some(9),
    }
}

#[rstest]
#[case(status(401, None), "invalid_credentials", ErrorKind::AccessToken)]
#[case(status(403, Some("rateLimitExceeded")), "rate_limited", ErrorKind::RateLimit)]
#[case(status(403, Some("userRateLimitExceeded")), "rate_limited", ErrorKind::RateLimit)]
#[case(status(429, None), "rate_limited", ErrorKind::RateLimit)]
#[case(status(403, Some("quotaExceeded")), "quota_exceeded", ErrorKind::Quota)]
#[case(status(403, Some("forbidden")), "forbidden", ErrorKind::Permanent)]
#[case(status(412, None), "precondition_failed", ErrorKind::Mismatch)]
#[case(status(500, None), "unavailable", ErrorKind::Transient)]
#[case(status(503, None), "unavailable", ErrorKind::Transient)]
#[tokio::test]
async fn a_refused_insert_has_its_class_and_no_effect(
    #[case] fault: FaultKind,
    #[case] code: &str,
    #[case] kind: ErrorKind,
) {
    let world = World::start().await;
    world.fault("insert", fault);
    let error = world.insert(&draft("tt0000010")).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (code, kind));
    assert_eq!(world.effects("insert"), 0);
    if matches!(code, "rate_limited" | "unavailable") {
        assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    }
}

#[rstest]
#[case::no_answer(FaultKind::TimeoutAfter, true)]
#[case::torn(FaultKind::ResetAfter, true)]
#[case::half(FaultKind::TruncatedJson, true)]
#[case::lost(FaultKind::LostAnswer { percent: 100 }, true)]
#[case::never_served(FaultKind::TimeoutBefore, false)]
#[case::unplugged(FaultKind::Unplugged, false)]
#[tokio::test]
async fn a_lost_answer_leaves_open_whether_it_happened(#[case] fault: FaultKind, #[case] happened: bool) {
    let world = World::impatient().await;
    world.fault("insert", fault);
    let error = world.insert(&draft("tt0000011")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transient);
    assert!(error.may_have_happened(), "{error:?}");
    assert_eq!(world.effects("insert"), usize::from(happened));

    // The cure: the same id again, and a look when it is taken.
    world.sandbox.control().clear_faults();
    let second = world.insert(&draft("tt0000011")).await;
    assert_eq!(second.as_ref().err(), happened.then_some(&GoogleError::AlreadyExists));
    assert_eq!(
        world.get("tt0000011").await.unwrap().private["timetapWrite"],
        "tt0000011"
    );
    assert_eq!(world.effects("insert"), 1);
}

#[tokio::test]
async fn while_google_is_unplugged_everything_waits() {
    let world = World::impatient().await;
    world.sandbox.control().unplug();
    let errors = [
        world.insert(&draft("tt0000012")).await.unwrap_err(),
        world.client.refresh(&"r".into()).await.unwrap_err(),
        world.client.list_calendars(&world.access).await.unwrap_err(),
        world
            .client
            .query_free_busy(&world.access, &[ADA.to_owned()], day())
            .await
            .unwrap_err(),
    ];
    assert!(
        errors.iter().all(|error| error.kind() == ErrorKind::Transient),
        "{errors:?}"
    );
    world.sandbox.control().plug();
    world.insert(&draft("tt0000012")).await.unwrap();
}

#[tokio::test]
async fn quotas_are_felt() {
    let quotas = Quotas {
        per_user_minute: 3,
        per_project_minute: 100,
    };
    let world = World::start_with(Duration::from_secs(10), |options| {
        options.quotas = quotas;
    })
    .await;
    for _ in 0..3 {
        assert_eq!(world.get("never00").await.unwrap_err(), GoogleError::NotFound);
    }
    assert_eq!(world.get("never00").await.unwrap_err().kind(), ErrorKind::RateLimit);
    world.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(world.get("never00").await.unwrap_err(), GoogleError::NotFound);
}
