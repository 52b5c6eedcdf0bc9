//! When a host is busy elsewhere: known, kept, and never guessed.

use rstest::rstest;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder};
use serde_json::json;
use timetap_store::entities::{busy_interval, connection_calendar};
use timetap_testing::Engine;
use timetap_usecases::calendars::{retry_connection, view_integrations};

use super::support::{ADA, ANNA, Stage, TUESDAY_AT_3, TUESDAY_AT_4};

async fn busy(stage: &Stage) -> Vec<(String, String)> {
    busy_interval::Entity::find()
        .order_by_asc(busy_interval::Column::StartsAt)
        .all(stage.app().db.writer())
        .await
        .unwrap()
        .into_iter()
        .map(|row| {
            (
                row.starts_at.timestamp().to_string(),
                row.ends_at.timestamp().to_string(),
            )
        })
        .collect()
}

fn dentist(stage: &Stage, start: &str, end: &str) -> String {
    let event = json!({"summary": "Dentist", "start": {"dateTime": start}, "end": {"dateTime": end}});
    let event = stage.google().add_event(ADA, event.as_object().unwrap()).unwrap();
    event["id"].as_str().unwrap().to_owned()
}

fn span(start: &str, end: &str) -> (String, String) {
    (start.to_owned(), end.to_owned())
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn busy_times_are_read_and_kept_fresh(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let id = dentist(&stage, "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
    let connection = stage.connect(ANNA, ADA).await.unwrap();
    stage.work().await;
    assert_eq!(
        busy(&stage).await,
        [span("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z")]
    );
    let row = stage.connection(connection).await;
    assert_eq!(row.busy_from.unwrap().timestamp().to_string(), "2026-11-19T10:00:00Z");
    assert_eq!(
        row.busy_until.unwrap().timestamp().to_string(),
        "2027-01-21T10:00:00Z",
        "horizon and two days"
    );

    stage.google().delete_event(ADA, &id).unwrap();
    dentist(&stage, "2026-11-25T09:00:00Z", "2026-11-25T10:00:00Z");
    stage.work_after(200).await;
    assert_eq!(busy(&stage).await.len(), 1);
    stage.work_after(100).await;
    assert_eq!(
        busy(&stage).await,
        [span("2026-11-25T09:00:00Z", "2026-11-25T10:00:00Z")],
        "within five minutes"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn own_bookings_do_not_leave_stale_busy_times(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    stage.work_after(3).await;
    assert_eq!(
        busy(&stage).await,
        [span("2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z")]
    );
    stage.move_to(&booked, TUESDAY_AT_4).await;
    stage.work().await;
    stage.work_after(3).await;
    assert_eq!(
        busy(&stage).await,
        [span("2026-11-24T15:00:00Z", "2026-11-24T16:00:00Z")]
    );
    stage.cancel(&booked).await;
    stage.work().await;
    stage.work_after(3).await;
    assert!(busy(&stage).await.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_was_known_stays_while_google_is_silent(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    dentist(&stage, "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
    let connection = stage.connect(ANNA, ADA).await.unwrap();
    stage.work().await;
    stage.google().unplug();
    stage.work_after(300).await;
    let row = stage.connection(connection).await;
    assert_eq!(row.status, "degraded");
    assert!(row.last_error.unwrap().contains("keep trying"));
    assert_eq!(busy(&stage).await.len(), 1);
    // However long it takes, somebody keeps asking.
    for _ in 0..30 {
        stage.work_after(1200).await;
    }
    assert_eq!(stage.connection(connection).await.status, "degraded");
    stage.google().plug();
    stage.work_after(1200).await;
    assert_eq!(stage.connection(connection).await.status, "active");
    assert_eq!(stage.connection(connection).await.last_error, None);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_calendar_that_gives_no_answer_does_not_read_as_free(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let connection = view_integrations(stage.app(), ANNA).await.unwrap().connections[0].id;
    let now = stage.now();
    let gone = connection_calendar::Model {
        connection_id: connection,
        calendar_id: "gone@group.calendar.google.com".to_owned(),
        summary: "Gone".to_owned(),
        is_primary: false,
        writable: true,
        makes_meet_links: true,
        check_busy: true,
        last_error_code: None,
    };
    let known = busy_interval::Model {
        id: stage.app().entropy.uuid(now),
        connection_id: connection,
        user_id: ANNA,
        calendar_id: gone.calendar_id.clone(),
        starts_at: now.into(),
        ends_at: now.saturating_add(jiff::SignedDuration::from_hours(1)).unwrap().into(),
    };
    gone.into_active_model().insert(stage.app().db.writer()).await.unwrap();
    known.into_active_model().insert(stage.app().db.writer()).await.unwrap();
    let fault = stage.fail(
        "calendarList",
        timetap_sandbox::FaultKind::Status {
            status: 503,
            reason: None,
            retry_after: Some(60),
        },
    );
    retry_connection(stage.app(), ANNA, connection).await.unwrap();
    stage.work().await;
    let row = stage.connection(connection).await;
    assert_eq!(
        (row.status.as_str(), row.last_error_code.as_deref()),
        ("degraded", Some("calendar_unreadable"))
    );
    assert_eq!(busy(&stage).await.len(), 1, "what was known of it still counts");
    let shown = view_integrations(stage.app(), ANNA).await.unwrap();
    assert!(
        shown.connections[0]
            .calendars
            .iter()
            .any(|calendar| calendar.unreadable)
    );

    stage.google().remove_fault(fault).unwrap();
    // The list of calendars is read again, the calendar is gone for good, and all is well.
    stage.work_after(67).await;
    stage.work_after(300).await;
    assert_eq!(stage.connection(connection).await.status, "active");
    assert!(busy(&stage).await.is_empty());
}
