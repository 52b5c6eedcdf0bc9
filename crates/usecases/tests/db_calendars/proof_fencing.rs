//! A worker that was thought dead, and goes on when its work is done by another one: what it was about to note is refused.
//!
//! Here nothing gives signs of life beside the attempt, as where both stood still: the fencing token alone is in the way.

use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::EntityTrait;
use timetap_sandbox::{FaultKind, LedgerQuery};
use timetap_store::StoreError;
use timetap_store::entities::{appointment, calendar_connection, calendar_write, job, message, timeline};
use timetap_store::jobs::claim_jobs::{Claim, claim_jobs};
use timetap_testing::Engine;
use timetap_usecases::calendars::write_calendar;
use timetap_usecases::platform::unexpected::Unexpected;

use super::support::{ADA, Stage, TUESDAY_AT_3, TUESDAY_AT_4};

/// Seconds.
const LEASE: i64 = 30;

/// Everything that a worker writes about its work.
#[derive(Debug, PartialEq)]
struct Rows {
    appointments: Vec<appointment::Model>,
    writes: Vec<calendar_write::Model>,
    connections: Vec<calendar_connection::Model>,
    messages: Vec<message::Model>,
    timeline: Vec<timeline::Model>,
    jobs: Vec<job::Model>,
}

async fn rows(stage: &Stage) -> Rows {
    let db = stage.app().db.writer();
    let mut rows = Rows {
        appointments: appointment::Entity::find().all(db).await.unwrap(),
        writes: calendar_write::Entity::find().all(db).await.unwrap(),
        connections: calendar_connection::Entity::find().all(db).await.unwrap(),
        messages: message::Entity::find().all(db).await.unwrap(),
        timeline: timeline::Entity::find().all(db).await.unwrap(),
        jobs: job::Entity::find().all(db).await.unwrap(),
    };
    rows.messages.sort_by_key(|row| row.id);
    rows.timeline.sort_by_key(|row| row.id);
    rows.jobs.sort_by_key(|row| row.id);
    rows
}

/// Takes the job of the one write, as a worker does.
async fn claim(stage: &Stage) -> job::Model {
    let claim = Claim {
        worker: "the sleeper",
        kinds: &["write_calendar"],
        limit: 1,
        per_lane: 1,
        lease_until: stage.now() + SignedDuration::from_secs(LEASE),
    };
    let mut jobs = claim_jobs(stage.app().db.writer(), &claim, stage.now()).await.unwrap();
    jobs.remove(0)
}

async fn until_effect(stage: &Stage, method: &str, times: usize) {
    let effects = LedgerQuery::method(method).with_effect(true);
    for _ in 0..500 {
        if stage.google().count(&effects) == times {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{method} did not happen");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_a_sleeper_was_about_to_note_is_refused(
    #[case] engine: Engine,
    #[values("insert", "patch")] method: &'static str,
) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    if method == "patch" {
        stage.work_until_link(&booked).await;
        stage.work_after(60).await;
        stage.move_to(&booked, TUESDAY_AT_4).await;
    }
    let job = claim(&stage).await;
    let write = stage.write(&booked).await.id;
    // Its answer takes four seconds and more, in twenty pieces.
    stage.fail_once(method, FaultKind::SlowDrip { ms: 200 });
    let sleeper = write_calendar(stage.app(), write, job.lease());
    let heir = async {
        until_effect(&stage, method, 1).await;
        stage.advance(LEASE + 1);
        if method == "insert" {
            stage.work_until_link(&booked).await;
        }
        stage.work_after(60).await;
        assert_eq!(stage.write_state(&booked).await, "written");
        // A second is enough to tell what is noted from here on.
        stage.advance(1);
        rows(&stage).await
    };
    let (slept, before) = tokio::join!(sleeper, heir);
    assert!(
        matches!(slept, Err(Unexpected::Store(StoreError::LeaseLost))),
        "{slept:?}"
    );
    assert_eq!(rows(&stage).await, before);
    assert_eq!(stage.events(ADA).len(), 1);
    assert_eq!(stage.effects("insert").len(), 1);
}
