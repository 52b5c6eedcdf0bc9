//! Coming back from the consent page while Google fails, in every way and at every step: a sentence, a way on, and nothing
//! half stored.

use std::time::Duration;

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use timetap_providers::http::Timeouts;
use timetap_sandbox::{FaultKind, FaultRule, SilentAddress};
use timetap_store::entities::{busy_interval, calendar_connection, connection_calendar, job};
use timetap_testing::{Engine, ProgramOptions};
use timetap_usecases::calendars::{FinishConnectError, finish_connect};

use super::fault_table::{Fault, TABLE};
use super::support::{ADA, ANNA, SCOPES, SESSION, Stage};

const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_millis(400),
    total: Duration::from_millis(1200),
};
/// What is asked of Google on the way, in this order.
const STEPS: [&str; 3] = ["token", "userinfo", "calendarList"];

/// The word for the page's address.
fn expected(fault: Fault, step: &str) -> &'static str {
    match fault {
        Fault::InvalidGrant => "code_expired",
        Fault::Status(403, Some("insufficientPermissions"), _) if step == "calendarList" => "scopes",
        // Userinfo does not say which limit it is.
        Fault::Status(403, Some("userRateLimitExceeded" | "rateLimitExceeded" | "quotaExceeded"), _)
            if step != "userinfo" =>
        {
            "google_down"
        }
        // A conflict without Google's word for a duplicate may pass.
        Fault::Status(409, ..) if step == "userinfo" => "google_down",
        Fault::Status(status, ..) if !matches!(status, 429 | 500 | 503) => "refused",
        _ => "google_down",
    }
}

async fn rows(stage: &Stage) -> [u64; 4] {
    let on = stage.app().db.writer();
    [
        calendar_connection::Entity::find().count(on).await.unwrap(),
        connection_calendar::Entity::find().count(on).await.unwrap(),
        busy_interval::Entity::find().count(on).await.unwrap(),
        job::Entity::find().count(on).await.unwrap(),
    ]
}

#[rstest]
#[tokio::test]
async fn whatever_fails_on_the_way_back_nothing_is_half_stored(
    #[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22)] row: usize,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (words, fault, _) = TABLE[row];
    let options = ProgramOptions {
        timeouts: TIMEOUTS,
        ..ProgramOptions::default()
    };
    let stage = Stage::start_with(engine, options).await;
    let silent = SilentAddress::take().await.unwrap();
    let cut_off = stage.program.towards(&silent.base_url(), TIMEOUTS);
    let before = rows(&stage).await;
    for step in STEPS {
        if fault == Fault::InvalidGrant && step != "token" {
            continue;
        }
        let answer = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
        let app = match fault.kind() {
            Some(kind) => {
                stage.google().add_fault(FaultRule::new(kind).on(step)).unwrap();
                stage.app()
            }
            None => &cut_off,
        };
        let error = finish_connect(app, ANNA, SESSION, &answer).await.unwrap_err();
        assert_eq!(error.code(), expected(fault, step), "{words} at {step}: {error}");
        assert!(error.to_string().ends_with('.'), "{error}");
        if let FinishConnectError::MissingScopes(missing) = &error {
            assert_eq!(missing.len(), 1);
            assert!(missing[0].ends_with("calendar.calendarlist.readonly"), "{missing:?}");
        }
        assert_eq!(rows(&stage).await, before, "{words} at {step}: nothing is kept");
        stage.google().clear_faults();
        // The answer is used up, whatever came of it.
        let again = finish_connect(stage.app(), ANNA, SESSION, &answer).await.unwrap_err();
        assert_eq!(again.code(), "state_used");
    }
    stage.connect(ANNA, ADA).await.unwrap();
    stage.work().await;
    let id = calendar_connection::Entity::find()
        .one(stage.app().db.writer())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(id.status, "active", "the next try goes through");
}

/// The real client waits twenty seconds for one answer, and connecting asks three times: a person waits for none of that.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn nobody_waits_longer_than_eight_seconds(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let answer = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
    // Each step for itself is in time, all together are not.
    stage
        .google()
        .add_fault(FaultRule::new(FaultKind::SlowDrip { ms: 300 }))
        .unwrap();
    let begun = std::time::Instant::now();
    let error = finish_connect(stage.app(), ANNA, SESSION, &answer).await.unwrap_err();
    assert_eq!(error.code(), "google_down");
    let took = begun.elapsed();
    assert!(
        took >= Duration::from_secs(6) && took < Duration::from_secs(15),
        "{took:?}"
    );
    assert_eq!(rows(&stage).await[0], 0);
}
