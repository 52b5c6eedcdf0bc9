//! The Meet link: asked for, waited for, refused, asked for under another name.

use rstest::rstest;
use timetap_sandbox::FaultKind;
use timetap_testing::Engine;
use timetap_usecases::calendars::retry_write::{RetryWriteError, retry_write};
use timetap_usecases::calendars::view_integrations;
use uuid::Uuid;

use super::support::{ADA, ANNA, Stage, TUESDAY_AT_3, TUESDAY_AT_4};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_calendar_without_meet_links_gets_the_event_and_says_so(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let connection = stage.connect(ANNA, "nomeet@sandbox.test").await.unwrap();
    // Once as the list of calendars says, and once where the list is wrong and only the insert finds out.
    let known = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    let sql = "UPDATE connection_calendars SET makes_meet_links = TRUE";
    sea_orm::ConnectionTrait::execute_unprepared(stage.app().db.writer(), sql)
        .await
        .unwrap();
    let found_out = stage.book(TUESDAY_AT_4).await;
    stage.work().await;
    for booked in [&known, &found_out] {
        let write = stage.write(booked).await;
        assert_eq!(
            (write.state.as_str(), write.conference_state.as_str()),
            ("written", "failed")
        );
        assert_eq!(write.last_error_code.as_deref(), Some("conference_type_not_allowed"));
        assert!(stage.told(booked).await.contains(&"meet_link_failed".to_owned()));
    }
    assert_eq!(stage.events("nomeet@sandbox.test").len(), 2);
    assert!(stage.messages("booked").await.iter().all(|mail| mail.state == "sent"));
    let shown = view_integrations(stage.app(), ANNA).await.unwrap();
    assert!(!shown.connections[0].calendars[0].makes_meet_links);
    assert_eq!(shown.connections[0].id, connection);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_meet_link_that_fails_is_asked_for_under_new_names_and_given_up(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let fault = stage.fail("any", FaultKind::ConferenceFailure);
    let booked = stage.book(TUESDAY_AT_3).await;
    for _ in 0..40 {
        stage.work_after(10).await;
        if stage.write(&booked).await.conference_state == "failed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let write = stage.write(&booked).await;
    assert_eq!(
        (write.state.as_str(), write.conference_state.as_str()),
        ("written", "failed")
    );
    assert_eq!(write.last_error_code.as_deref(), Some("conference_failed"));
    let asked = |stage: &Stage| -> Vec<String> {
        let all = stage.google().ledger(&timetap_sandbox::LedgerQuery::default());
        all.into_iter().filter_map(|row| row.request_id).collect()
    };
    let names = asked(&stage);
    assert_eq!(names.len(), 3);
    assert_eq!(
        names.iter().collect::<std::collections::BTreeSet<_>>().len(),
        3,
        "{names:?}"
    );
    assert_eq!(stage.events(ADA).len(), 1);

    stage.google().remove_fault(fault).unwrap();
    assert!(matches!(
        retry_write(stage.app(), Uuid::from_u128(0xb), write.id).await,
        Err(RetryWriteError::NotFound)
    ));
    retry_write(stage.app(), ANNA, write.id).await.unwrap();
    stage.work_until_link(&booked).await;
    assert_eq!(asked(&stage).len(), 4);
    assert_eq!(stage.messages("meet_link").await.len(), 2);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_meet_link_that_stays_pending_is_asked_for_anew(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let fault = stage.fail("any", FaultKind::ConferencePendingForever);
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    let write = stage.write(&booked).await;
    assert_eq!(
        (write.state.as_str(), write.conference_state.as_str()),
        ("written", "pending")
    );
    let polls = stage.requests("get");
    stage.work_after(1).await;
    assert_eq!(stage.requests("get"), polls + 1, "looked at, not asked for again");
    assert_eq!(stage.requests("patch"), 0);
    stage.google().remove_fault(fault).unwrap();
    stage.work_after(400).await;
    stage.advance(30);
    stage.work_until_link(&booked).await;
    assert_eq!(stage.requests("patch"), 1);
    assert_eq!(stage.events(ADA).len(), 1);
}
