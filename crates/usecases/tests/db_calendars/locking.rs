//! A wish and the appointment that it is about are read as they stood at one moment, whoever changes both meanwhile, and
//! nobody waits for a wish that somebody else is changing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::join3;
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use timetap_store::calendars::load_writes::{LoadedWrite, lock_free_writes};
use timetap_store::entities::{appointment, calendar_write};
use timetap_testing::Engine;

use super::support::{Stage, TUESDAY_AT_3};

/// Whoever reads a host's name stands at this gate while somebody keeps it closed. That is in the middle of the statement that
/// loads a wish: after PostgreSQL has decided which versions of all rows it sees.
const GATE: &str = "CREATE FUNCTION pass_the_gate() RETURNS boolean LANGUAGE plpgsql AS \
                    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN TRUE; END $$; \
                    ALTER TABLE hosts RENAME TO hosts_behind_the_gate; \
                    CREATE VIEW hosts AS SELECT * FROM hosts_behind_the_gate WHERE pass_the_gate()";
const CLOSE_THE_GATE: &str = "SELECT pg_advisory_xact_lock(7)";

/// One booking, and the wish for it in its host's calendar.
struct Scene {
    stage: Stage,
    appointment: appointment::Model,
    write: calendar_write::Model,
}

impl Scene {
    async fn new(engine: Engine) -> Self {
        let stage = Stage::connected(engine).await;
        let booked = stage.book(TUESDAY_AT_3).await;
        Self {
            appointment: stage.appointment(&booked).await,
            write: stage.write(&booked).await,
            stage,
        }
    }

    async fn read(&self) -> Vec<LoadedWrite> {
        let txn = self.stage.app().db.begin().await.unwrap();
        let loaded = lock_free_writes(&txn, &[self.write.id]).await.unwrap();
        txn.commit().await.unwrap();
        loaded
    }

    /// The appointment gets its next version, and the wish with it.
    async fn change(&self, on: &impl ConnectionTrait) {
        let appointment = "UPDATE appointments SET sequence = sequence + 1 WHERE id = $1";
        let wish = "UPDATE calendar_writes SET desired_version = desired_version + 1 WHERE id = $1";
        for (sql, id) in [(appointment, self.appointment.id), (wish, self.write.id)] {
            let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, [id.into()]);
            on.execute_raw(statement).await.unwrap();
        }
    }

    /// How many versions later what was read is: of the wish, and of the appointment.
    fn later(&self, loaded: &LoadedWrite) -> (i64, i64) {
        (
            loaded.write.desired_version - self.write.desired_version,
            loaded.appointment.sequence - self.appointment.sequence,
        )
    }

    /// Whether a connection waits for a lock: at the gate, or for a row.
    async fn somebody_waits(&self, at_the_gate: bool) -> bool {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND wait_event_type = 'Lock' AND (wait_event = 'advisory') = $1";
        let on = self.stage.app().db.reader();
        let statement = Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, [at_the_gate.into()]);
        let row = on.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index::<i64>(0).unwrap() > 0
    }
}

/// Looks again until it is so.
async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let looking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), looking).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_changes_while_its_lock_is_sought_is_read_whole(#[case] engine: Engine) {
    let scene = Scene::new(engine).await;
    let db = &scene.stage.app().db;
    let gate = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => {
            db.writer().execute_unprepared(GATE).await.unwrap();
            let gate = db.begin().await.unwrap();
            gate.execute_unprepared(CLOSE_THE_GATE).await.unwrap();
            Some(gate)
        }
    };
    let changed = AtomicBool::new(false);
    let changing = async {
        if engine == Engine::Postgres {
            until(async || scene.somebody_waits(true).await).await;
        }
        let txn = db.begin().await.unwrap();
        scene.change(&txn).await;
        txn.commit().await.unwrap();
        changed.store(true, Ordering::SeqCst);
    };
    let opening = async {
        let Some(gate) = gate else { return };
        // Whoever changes is done, or waits for the lock that whoever reads has got.
        until(async || changed.load(Ordering::SeqCst) || scene.somebody_waits(false).await).await;
        gate.rollback().await.unwrap();
    };
    let (read, (), ()) = join3(scene.read(), changing, opening).await;
    let (wish, words) = scene.later(&read[0]);
    assert_eq!(wish, words, "a wish in the words of another version");
    assert_eq!(scene.later(&scene.read().await[0]), (1, 1));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_wish_that_somebody_is_changing_is_left_to_them(#[case] engine: Engine) {
    let scene = Scene::new(engine).await;
    let db = &scene.stage.app().db;
    let changing = db.begin().await.unwrap();
    scene.change(&changing).await;
    match engine {
        // Whoever changes has the only writer, and the other one reads after them.
        Engine::Sqlite => {
            let finish = async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                changing.commit().await.unwrap();
            };
            let (read, ()) = futures::future::join(scene.read(), finish).await;
            assert_eq!(scene.later(&read[0]), (1, 1));
        }
        Engine::Postgres => {
            let read = tokio::time::timeout(Duration::from_secs(5), scene.read()).await;
            assert!(read.unwrap().is_empty(), "it is somebody else's");
            changing.commit().await.unwrap();
            assert_eq!(scene.later(&scene.read().await[0]), (1, 1));
        }
    }
}
