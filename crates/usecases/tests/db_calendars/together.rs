//! What several hands wrote is noted in one transaction, and nobody has to answer for another one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_store::StoreError;
use timetap_store::entities::job;
use timetap_store::jobs::claim_jobs::{Claim, claim_jobs};
use timetap_testing::Engine;
use timetap_usecases::bookings::Booked;
use timetap_usecases::calendars::desk::Desk;
use timetap_usecases::calendars::write_calendar_at;
use timetap_usecases::jobs::JobOutcome;
use timetap_usecases::platform::unexpected::Unexpected;

use super::support::{ADA, Stage};

const HOURS: [u32; 3] = [10, 11, 12];

/// Three bookings whose events stand at Google, while what came of it still lies at the desk.
struct Scene {
    stage: Stage,
    booked: Vec<Booked>,
    /// In the order of the bookings.
    jobs: Vec<job::Model>,
    statements: Arc<Mutex<Vec<String>>>,
}

impl Scene {
    async fn new(engine: Engine) -> Self {
        let mut stage = Stage::connected(engine).await;
        let statements: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&statements);
        let app = Arc::get_mut(&mut stage.program.app).unwrap();
        app.db
            .watch_statements(move |statement| seen.lock().unwrap().push(statement.sql.clone()));
        let on = stage.app().db.writer();
        // No Meet link is waited for.
        on.execute_unprepared("UPDATE services SET location_kind = 'in_person', location_detail = 'Room 4'")
            .await
            .unwrap();
        let mut booked = Vec::new();
        for hour in HOURS {
            booked.push(stage.book(&format!("2026-11-24T{hour}:00:00+01:00")).await);
        }
        let claim = Claim {
            worker: "the first",
            kinds: &["write_calendar"],
            limit: 3,
            per_lane: 3,
            lease_until: stage.now() + SignedDuration::from_secs(30),
        };
        let claimed = claim_jobs(on, &claim, stage.now()).await.unwrap();
        let mut jobs = Vec::new();
        for booked in &booked {
            let write = stage.write(booked).await.id;
            let of_write = claimed.iter().find(|job| job.subject_id == Some(write));
            jobs.push(of_write.unwrap().clone());
        }
        Self {
            stage,
            booked,
            jobs,
            statements,
        }
    }

    /// What the three hands hear after `harm` was done while all results waited for the clerk.
    async fn note_after(&self, harm: impl AsyncFnOnce()) -> Vec<Result<JobOutcome, Unexpected>> {
        let (desk, clerk) = Desk::open();
        let app = self.stage.app();
        let hands = self
            .jobs
            .iter()
            .map(|job| write_calendar_at(&desk, app, job.subject_id.unwrap(), job.lease()));
        let noting = async {
            while desk.waiting() < HOURS.len() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            harm().await;
            self.statements.lock().unwrap().clear();
            clerk.work(Arc::clone(&self.stage.program.app)).await;
        };
        tokio::select! {
            heard = join_all(hands) => heard,
            () = noting => panic!("the clerk went away"),
        }
    }

    /// How often events were noted as written.
    fn notings(&self) -> usize {
        let statements = self.statements.lock().unwrap();
        statements.iter().filter(|sql| sql.contains("WITH told")).count()
    }

    async fn states(&self) -> Vec<String> {
        let mut states = Vec::new();
        for booked in &self.booked {
            states.push(self.stage.write_state(booked).await);
        }
        states
    }

    async fn job_states(&self) -> Vec<String> {
        let mut states = Vec::new();
        for job in &self.jobs {
            let row = job::Entity::find_by_id(job.id).one(self.stage.app().db.writer()).await;
            states.push(row.unwrap().unwrap().state);
        }
        states
    }

    /// Whether the timeline of each booking says that its event was added.
    async fn added(&self) -> Vec<bool> {
        let mut added = Vec::new();
        for booked in &self.booked {
            let told = self.stage.told(booked).await;
            added.push(told.iter().any(|event| event == "calendar_added"));
        }
        added
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_several_the_one_whose_lease_was_lost_notes_nothing(#[case] engine: Engine) {
    let scene = Scene::new(engine).await;
    let on = scene.stage.app().db.writer();
    let heard = scene
        .note_after(async || {
            // The second one is somebody else's by now.
            let sql = format!(
                "UPDATE jobs SET lease_token = lease_token + 1 WHERE id = {}",
                literal(engine, &scene.jobs[1])
            );
            on.execute_unprepared(&sql).await.unwrap();
        })
        .await;
    assert!(matches!(heard[0], Ok(JobOutcome::Noted)), "{heard:?}");
    assert!(
        matches!(heard[1], Err(Unexpected::Store(StoreError::LeaseLost))),
        "{heard:?}"
    );
    assert!(matches!(heard[2], Ok(JobOutcome::Noted)), "{heard:?}");
    assert_eq!(scene.notings(), 1, "all of them at once");
    assert_eq!(scene.states().await, ["written", "pending", "written"]);
    assert_eq!(scene.job_states().await, ["done", "leased", "done"]);
    assert_eq!(scene.added().await, [true, false, true]);
    assert_eq!(scene.stage.events(ADA).len(), HOURS.len());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_several_the_one_that_cannot_be_noted_spoils_none_of_the_others(#[case] engine: Engine) {
    let scene = Scene::new(engine).await;
    let on = scene.stage.app().db.writer();
    let write = scene.stage.write(&scene.booked[1]).await.id.simple().to_string();
    let poison = match engine {
        Engine::Sqlite => format!(
            "CREATE TRIGGER poison BEFORE UPDATE ON calendar_writes WHEN NEW.id = x'{write}' \
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
        ),
        Engine::Postgres => format!(
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN IF NEW.id = '{write}' THEN RAISE EXCEPTION 'poisoned'; END IF; RETURN NEW; END $$; \
             CREATE TRIGGER poison BEFORE UPDATE ON calendar_writes FOR EACH ROW EXECUTE FUNCTION poison()"
        ),
    };
    let heard = scene
        .note_after(async || {
            on.execute_unprepared(&poison).await.unwrap();
        })
        .await;
    assert!(matches!(heard[0], Ok(JobOutcome::Noted)), "{heard:?}");
    assert!(
        matches!(heard[1], Err(Unexpected::Store(StoreError::Database(_)))),
        "{heard:?}"
    );
    assert!(matches!(heard[2], Ok(JobOutcome::Noted)), "{heard:?}");
    assert_eq!(scene.notings(), 1 + HOURS.len(), "together, then each by itself");
    assert_eq!(scene.states().await, ["written", "pending", "written"]);
    assert_eq!(scene.job_states().await, ["done", "leased", "done"]);
    assert_eq!(scene.added().await, [true, false, true]);
}

fn literal(engine: Engine, job: &job::Model) -> String {
    let id = job.id.simple();
    match engine {
        Engine::Sqlite => format!("x'{id}'"),
        Engine::Postgres => format!("'{id}'"),
    }
}
