//! Comparing calendars with bookings: one event for each write afterwards, whatever happened, and nobody else's touched.

use rstest::rstest;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::json;
use timetap_core::event_id::google_event_id;
use timetap_sandbox::{FaultKind, FaultRule};
use timetap_store::entities::calendar_write;
use timetap_testing::{Engine, torture};
use timetap_usecases::bookings::Booked;
use timetap_usecases::calendars::{retry_write, view_integrations};
use uuid::Uuid;

use super::comparison::{MARK, assert_one_each, book_many, compare, look_once, mark, plant, soon_again, until_written};
use super::support::{ADA, ANNA, Stage, TUESDAY_AT_3, TUESDAY_AT_4};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn after_lost_answers_and_undetected_collisions_one_comparison_leaves_one_event_each(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let many = torture(40, 200);
    let lost = FaultRule::new(FaultKind::LostAnswer { percent: 5 });
    stage.google().add_fault(lost).unwrap();
    let collision = FaultRule {
        probability: Some(0.01),
        ..FaultRule::new(FaultKind::UndetectedCollision)
    };
    stage.google().add_fault(collision.on("insert")).unwrap();
    book_many(&stage, many).await;
    until_written(&stage).await;

    // What such a Google may leave behind: inserts that came a second time long after, under the same id or another.
    let ours = stage.events(ADA);
    assert_eq!(ours.len(), many);
    for (number, event) in ours.iter().enumerate() {
        let write: Uuid = mark(event).unwrap().parse().unwrap();
        match number % 20 {
            3 => plant(&stage, event, event["id"].as_str().unwrap(), &[]),
            7 => plant(
                &stage,
                event,
                &google_event_id(write, 2),
                &[("timetap_generation", "2")],
            ),
            11 => {
                plant(&stage, event, event["id"].as_str().unwrap(), &[]);
                plant(&stage, event, &google_event_id(write, 2), &[]);
                plant(&stage, event, &google_event_id(write, 3), &[]);
            }
            _ => {}
        }
    }
    assert!(stage.events(ADA).len() >= many + many / 20 * 5);
    compare(&stage).await;
    until_written(&stage).await;
    assert_one_each(&stage, many).await;
    assert_eq!(stage.events(ADA).len(), many);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_twin_that_went_without_an_answer_leaves_no_dead_link(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.book(TUESDAY_AT_3).await;
    until_written(&stage).await;
    let event = stage.events(ADA).remove(0);
    plant(&stage, &event, event["id"].as_str().unwrap(), &[]);
    stage.fail_once("delete", FaultKind::LostAnswer { percent: 100 });
    compare(&stage).await;
    until_written(&stage).await;
    assert_one_each(&stage, 1).await;
    assert_ne!(stage.events(ADA)[0]["hangoutLink"], event["hangoutLink"]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn events_that_are_not_ours_or_not_known_here_are_left_alone(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.book(TUESDAY_AT_3).await;
    until_written(&stage).await;
    let event = stage.events(ADA).remove(0);
    // Somebody's own, another TimeTap's of the same write id, and ones that this database has never heard of.
    plant(
        &stage,
        &json!({"start": event["start"], "end": event["end"], "extendedProperties": {"private": {}}}),
        "aaaaa",
        &[],
    );
    plant(&stage, &event, "bbbbb", &[("timetap_installation", "another")]);
    plant(&stage, &event, "ccccc", &[(MARK, &Uuid::from_u128(1).to_string())]);
    plant(&stage, &event, "ddddd", &[(MARK, "not even an id")]);
    let deletions = stage.requests("delete");
    let before = stage.events(ADA).len();
    compare(&stage).await;
    assert_eq!(stage.events(ADA).len(), before);
    assert_eq!(stage.requests("delete"), deletions);
    // The host is told of those that only this TimeTap can have made, and of nobody else's.
    let shown = view_integrations(stage.app(), ANNA).await.unwrap();
    let unknown = &shown.connections[0].unknown;
    assert_eq!(unknown.len(), 2, "{unknown:?}");
    for event in unknown {
        assert!(event.title.starts_with("[TimeTap] Session with "), "{event:?}");
        assert_eq!(event.starts, TUESDAY_AT_3.parse().ok());
    }
    // What they remove, or what is over, is not spoken of any more.
    stage.google().delete_event(ADA, "ccccc").unwrap();
    compare(&stage).await;
    assert_eq!(stage.requests("delete"), deletions);
    let before = before - 1;
    let shown = view_integrations(stage.app(), ANNA).await.unwrap();
    assert_eq!(shown.connections[0].unknown.len(), 1);

    // The same one without the sign of a stranger goes.
    plant(&stage, &event, "eeeee", &[]);
    compare(&stage).await;
    assert_eq!(stage.events(ADA).len(), before);
    assert_eq!(stage.requests("delete"), deletions + 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_event_that_the_database_forgot_is_adopted(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    until_written(&stage).await;
    let written = stage.write(&booked).await;
    // As in a backup of before the event was made, where there was no calendar to write to.
    calendar_write::Entity::update_many()
        .col_expr(calendar_write::Column::RemoteEventId, Expr::value(None::<String>))
        .col_expr(calendar_write::Column::WrittenVersion, Expr::value(None::<i64>))
        .col_expr(calendar_write::Column::CalendarId, Expr::value(None::<String>))
        .col_expr(calendar_write::Column::ConnectionId, Expr::value(None::<Uuid>))
        .col_expr(calendar_write::Column::Etag, Expr::value(None::<String>))
        .col_expr(calendar_write::Column::State, Expr::value("skipped"))
        .exec(stage.app().db.writer())
        .await
        .unwrap();
    let inserts = stage.requests("insert");
    compare(&stage).await;
    until_written(&stage).await;
    assert_eq!(stage.write(&booked).await.remote_event_id, written.remote_event_id);
    assert_one_each(&stage, 1).await;
    assert_eq!(stage.requests("insert"), inserts);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_event_deleted_by_hand_is_said_and_not_fought_for(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let (gone, kept) = (stage.book(TUESDAY_AT_3).await, stage.book(TUESDAY_AT_4).await);
    until_written(&stage).await;
    let id = stage.write(&gone).await.remote_event_id.unwrap();
    stage.google().delete_event(ADA, &id).unwrap();
    for _ in 0..2 {
        compare(&stage).await;
        stage.work_after(60).await;
        let write = stage.write(&gone).await;
        assert_eq!(write.state, "failed");
        assert_eq!(write.last_error_code.as_deref(), Some("deleted_in_calendar"));
        assert_eq!(stage.events(ADA).len(), 1);
        assert_eq!(stage.write_state(&kept).await, "written");
    }
    assert_eq!(count(&stage, &gone, "calendar_event_gone").await, 1);

    retry_write(stage.app(), ANNA, stage.write(&gone).await.id)
        .await
        .unwrap();
    until_written(&stage).await;
    assert_one_each(&stage, 2).await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_cancelled_booking_keeps_no_second_event(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    until_written(&stage).await;
    let event = stage.events(ADA).remove(0);
    plant(&stage, &event, "fffff", &[]);
    stage.cancel(&booked).await;
    stage.work().await;
    assert_eq!(stage.write_state(&booked).await, "removed");
    assert_eq!(stage.events(ADA).len(), 1, "the second one stands");
    compare(&stage).await;
    assert_eq!(stage.events(ADA).len(), 0);
}

async fn count(stage: &Stage, booked: &Booked, event: &str) -> usize {
    let told = stage.told(booked).await;
    told.iter().filter(|told| *told == event).count()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_event_that_changes_just_then_is_looked_at_again_soon(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.book(TUESDAY_AT_3).await;
    until_written(&stage).await;
    let event = stage.events(ADA).remove(0);
    plant(&stage, &event, "ggggg", &[]);
    let changed = FaultKind::Status {
        status: 412,
        reason: None,
        retry_after: None,
    };
    stage.fail_once("delete", changed);
    stage.advance(1);
    look_once(&stage).await;
    assert_eq!(
        stage.events(ADA).len(),
        2,
        "it is not known whether it is the same one still"
    );
    soon_again(&stage).await;
    assert_one_each(&stage, 1).await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_write_that_was_noted_a_moment_ago_is_left_to_its_own_job(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.book(TUESDAY_AT_3).await;
    until_written(&stage).await;
    let event = stage.events(ADA).remove(0);
    plant(&stage, &event, "hhhhh", &[]);
    // In the same moment: what was listed may be older than what is noted.
    look_once(&stage).await;
    assert_eq!(stage.events(ADA).len(), 2);
    assert_eq!(stage.requests("delete"), 0);
    soon_again(&stage).await;
    assert_one_each(&stage, 1).await;
}
