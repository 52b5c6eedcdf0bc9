//! Somebody with a SQL shell writes appointments past all code of ours, claims and all: the database refuses what overlaps.

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use timetap_store::entities::{appointment, occurrence};
use timetap_store::{StoreError, UnixMillis};
use timetap_testing::{Engine, HostScene, ProgramOptions, TestProgram};
use timetap_usecases::bookings::book_session;
use uuid::Uuid;

const ANNA: Uuid = Uuid::from_u128(0xa);
const BORIS: Uuid = Uuid::from_u128(0xb);

fn at(minute: i64) -> UnixMillis {
    let noon: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    (noon + SignedDuration::from_mins(minute)).into()
}

struct Shell {
    program: TestProgram,
    /// What every row is a copy of.
    model: appointment::Model,
}

impl Shell {
    /// Anna is booked from 12:00 to 13:00.
    async fn start(engine: Engine) -> Self {
        let program = TestProgram::start_with(engine, ProgramOptions::default()).await;
        let app = &program.app;
        let anna = HostScene::new(ANNA, "anna");
        anna.insert(app).await;
        HostScene::new(BORIS, "boris").insert(app).await;
        let form = anna.form(app, "2026-11-24T12:00:00Z");
        let booked = book_session(app, &form, None, "203.0.113.9").await.unwrap();
        let found = appointment::Entity::find_by_id(booked.appointment_id);
        let model = found.one(app.db.writer()).await.unwrap().unwrap();
        assert_eq!((model.starts_at, model.ends_at), (at(0), at(60)));
        Self { program, model }
    }

    fn row(&self, minutes: (i64, i64)) -> appointment::Model {
        let id = self.program.app.entropy.uuid(self.program.app.clock.now());
        appointment::Model {
            id,
            starts_at: at(minutes.0),
            ends_at: at(minutes.1),
            idempotency_key: format!("key {id}"),
            capability_hash: format!("hash {id}"),
            ..self.model.clone()
        }
    }

    async fn insert(&self, row: appointment::Model) -> Result<Uuid, StoreError> {
        let id = row.id;
        row.into_active_model().insert(self.program.app.db.writer()).await?;
        Ok(id)
    }

    async fn update(&self, id: Uuid, change: appointment::ActiveModel) -> Result<(), StoreError> {
        let change = appointment::ActiveModel { id: Set(id), ..change };
        change.update(self.program.app.db.writer()).await?;
        Ok(())
    }
}

fn is_refused<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Claimed))
}

fn time(minutes: (i64, i64)) -> appointment::ActiveModel {
    appointment::ActiveModel {
        starts_at: Set(at(minutes.0)),
        ends_at: Set(at(minutes.1)),
        ..Default::default()
    }
}

fn status(status: &str) -> appointment::ActiveModel {
    appointment::ActiveModel {
        status: Set(status.to_owned()),
        ..Default::default()
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_appointment_that_overlaps_is_refused(#[case] engine: Engine) {
    let shell = Shell::start(engine).await;
    for minutes in [(0, 60), (-30, 1), (59, 90), (10, 20), (-10, 70), (-500, 500)] {
        let tried = shell.insert(shell.row(minutes)).await;
        assert!(is_refused(&tried), "{minutes:?}: {tried:?}");
    }
    // Touching is not overlapping, and another host's time is their own.
    let later = shell.insert(shell.row((60, 120))).await.unwrap();
    shell.insert(shell.row((-60, 0))).await.unwrap();
    let boris = appointment::Model {
        host_id: BORIS,
        ..shell.row((0, 60))
    };
    let boris = shell.insert(boris).await.unwrap();

    for minutes in [(30, 90), (59, 61), (-400, 400)] {
        let tried = shell.update(later, time(minutes)).await;
        assert!(is_refused(&tried), "{minutes:?}: {tried:?}");
    }
    let to_anna = appointment::ActiveModel {
        host_id: Set(ANNA),
        ..Default::default()
    };
    assert!(is_refused(&shell.update(boris, to_anna).await));
    shell.update(later, time((90, 150))).await.unwrap();
    shell.update(later, time((100, 110))).await.unwrap();
    shell.update(later, status("completed")).await.unwrap();
    assert!(
        is_refused(&shell.insert(shell.row((105, 115))).await),
        "what is over was there all the same"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_cancelled_takes_no_time_until_it_is_not(#[case] engine: Engine) {
    let shell = Shell::start(engine).await;
    let cancelled = appointment::Model {
        status: "cancelled".to_owned(),
        ..shell.row((0, 60))
    };
    let cancelled = shell.insert(cancelled).await.unwrap();
    assert!(is_refused(&shell.update(cancelled, status("scheduled")).await));
    shell.update(shell.model.id, status("cancelled")).await.unwrap();
    shell.update(cancelled, status("scheduled")).await.unwrap();
    assert!(is_refused(&shell.update(shell.model.id, status("scheduled")).await));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_many_at_once_one_is_written(#[case] engine: Engine) {
    let shell = Shell::start(engine).await;
    let tries = (0..50).map(|offset| shell.insert(shell.row((200 + offset, 260 + offset))));
    let results = futures::future::join_all(tries).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(
        results.iter().all(|result| result.is_ok() || is_refused(result)),
        "{results:?}"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_seats_of_one_date_share_its_time(#[case] engine: Engine) {
    let shell = Shell::start(engine).await;
    let date = occurrence::Model {
        id: Uuid::from_u128(0xda7e),
        service_id: shell.model.service_id,
        staff_id: ANNA,
        room_id: None,
        template_id: None,
        hours: "timed".to_owned(),
        time_zone: "Europe/Madrid".to_owned(),
        first_date: "2026-11-24".to_owned(),
        days: 1,
        start_minute: 18 * 60,
        end_minute: 19 * 60,
        starts_at: at(300),
        ends_at: at(360),
        capacity: 3,
        status: "scheduled".to_owned(),
        cancelled_at: None,
        cancelled_by: None,
        cancel_message: None,
        cancel_key: None,
        created_at: at(0),
        updated_at: at(0),
    };
    let date = date
        .into_active_model()
        .insert(shell.program.app.db.writer())
        .await
        .unwrap();
    for _ in 0..3 {
        let seat = appointment::Model {
            occurrence_id: Some(date.id),
            ..shell.row((300, 360))
        };
        shell.insert(seat).await.unwrap();
    }
}
