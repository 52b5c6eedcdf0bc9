//! Comparing calendars with bookings: one event for each write afterwards, whatever happened, and nobody else's touched.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::{Map, Value, json};
use timetap_core::event_id::google_event_id;
use timetap_sandbox::{FaultKind, FaultRule};
use timetap_store::entities::{appointment, calendar_write, job};
use timetap_testing::{Engine, torture};
use timetap_usecases::bookings::{Booked, BookingForm, book_session};
use timetap_usecases::calendars::{retry_write, view_integrations, want_comparison};
use timetap_usecases::jobs::When;
use uuid::Uuid;

use super::support::{ADA, ANNA, Stage, TUESDAY_AT_3, TUESDAY_AT_4};

const MARK: &str = "timetap_write";

/// Books `many` hours in a row, each for a customer of its own.
async fn book_many(stage: &Stage, many: usize) {
    let first: Timestamp = TUESDAY_AT_3.parse().unwrap();
    for number in 0..many {
        let hours = i64::try_from(number).unwrap();
        let form = BookingForm {
            host_slug: "anna".to_owned(),
            service_slug: "lesson".to_owned(),
            start: (first + SignedDuration::from_hours(hours)).to_string(),
            name: "Ben Okafor".to_owned(),
            email: format!("ben{number}@example.com"),
            phone: String::new(),
            time_zone: "Europe/Madrid".to_owned(),
            answers: [].into(),
            idempotency_key: stage.app().entropy.token(),
        };
        let network = format!("10.0.{}.{}", number / 50, number % 50 + 1);
        book_session(stage.app(), &form, None, &network).await.unwrap();
    }
}

/// Works until every write is as it should be, which takes some patience with a Google that loses answers.
async fn until_written(stage: &Stage) {
    for _ in 0..400 {
        stage.work().await;
        let open = calendar_write::Entity::find()
            .filter(
                Condition::any()
                    .add(calendar_write::Column::State.ne("written"))
                    .add(calendar_write::Column::ConferenceState.ne("ready")),
            )
            .all(stage.app().db.writer())
            .await
            .unwrap();
        if open.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        stage.advance(2);
    }
    panic!("some writes were never done");
}

/// One comparison, tried again where Google failed in the middle of it.
async fn compare(stage: &Stage) {
    stage.advance(1);
    let txn = stage.app().db.begin().await.unwrap();
    assert_eq!(want_comparison(&txn, stage.app(), When::Now).await.unwrap(), 1);
    txn.commit().await.unwrap();
    for _ in 0..50 {
        stage.work().await;
        let row = job::Entity::find()
            .filter(job::Column::Kind.eq("reconcile_calendar"))
            .filter(job::Column::State.eq("queued"))
            .one(stage.app().db.writer())
            .await
            .unwrap()
            .unwrap();
        if row.last_error_code.is_none() {
            assert!(
                row.run_at.timestamp() > stage.now() + SignedDuration::from_hours(19),
                "a calm pace"
            );
            return;
        }
        stage.advance(900);
    }
    panic!("the comparison never came to its end");
}

fn mark(event: &Value) -> Option<String> {
    let mark = &event["extendedProperties"]["private"][MARK];
    mark.as_str().map(str::to_owned)
}

/// An event like `event` in the calendar, under `id` and with these marks changed; an id that exists is not noticed.
fn plant(stage: &Stage, event: &Value, id: &str, marks: &[(&str, &str)]) {
    let collision = FaultRule::new(FaultKind::UndetectedCollision).times(1);
    let fault = stage.google().add_fault(collision).unwrap();
    let mut body = Map::new();
    for name in ["summary", "description", "start", "end", "extendedProperties"] {
        body.insert(name.to_owned(), event[name].clone());
    }
    for (name, value) in marks {
        body["extendedProperties"]["private"][*name] = json!(value);
    }
    body.insert("id".to_owned(), json!(id));
    let request = json!({"requestId": format!("{id}-twin"), "conferenceSolutionKey": {"type": "hangoutsMeet"}});
    body.insert("conferenceData".to_owned(), json!({"createRequest": request}));
    stage.google().add_event(ADA, &body).unwrap();
    let _ = stage.google().remove_fault(fault);
}

/// Exactly one living event for each write, and the rows know it.
async fn assert_one_each(stage: &Stage, many: usize) {
    let db = stage.app().db.writer();
    let mut by_write: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for event in stage.events(ADA) {
        if let Some(mark) = mark(&event) {
            by_write.entry(mark).or_default().push(event);
        }
    }
    let writes = calendar_write::Entity::find().all(db).await.unwrap();
    assert_eq!(writes.len(), many);
    for write in writes {
        let events = &by_write[&write.id.to_string()];
        assert_eq!(events.len(), 1, "{write:?}: {events:?}");
        assert_eq!(events[0]["id"].as_str(), write.remote_event_id.as_deref());
        assert_eq!(events[0]["etag"].as_str(), write.etag.as_deref());
        let row = appointment::Entity::find_by_id(write.appointment_id).one(db).await;
        assert_eq!(
            events[0]["hangoutLink"].as_str(),
            row.unwrap().unwrap().meet_link.as_deref()
        );
    }
}

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
