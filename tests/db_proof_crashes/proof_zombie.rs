//! A worker that is stopped in the middle of a call, is thought dead, and wakes up.

use std::time::{Duration, Instant};

use rstest::rstest;
use sea_orm::EntityTrait;
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery};
use timetap_store::entities::{appointment, calendar_write, job, message};
use timetap_testing::Engine;
use timetap_usecases::platform::failpoint::Failpoint;

use crate::audit::audit;
use crate::scene::{Layout, Scene, Trade};

/// Seconds.
const LEASE: u64 = 2;

/// Everything that a worker writes about its work.
type Rows = (
    Vec<appointment::Model>,
    Vec<calendar_write::Model>,
    Vec<message::Model>,
    Vec<job::Model>,
);

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_wakes_after_three_leases_changes_nothing(
    #[case] engine: Engine,
    // Google's answer is on its way in pieces, or has come and is not noted.
    #[values(true, false)] answer_is_on_its_way: bool,
) {
    if cfg!(not(debug_assertions)) && !answer_is_on_its_way {
        return; // A program that is shipped has no failpoint to stand still at.
    }
    let mut scene = Scene::start(engine, Layout::Apart, LEASE, Trade::Bookings).await;
    if answer_is_on_its_way {
        let drip = FaultRule::new(FaultKind::SlowDrip { ms: 250 }).on("insert").times(1);
        scene.google.control().add_fault(drip).unwrap();
    } else {
        let stall = format!("{}=stall", Failpoint::InsertAnswered.name());
        scene.worker = None;
        scene.worker = Some(scene.start_worker(Some(&stall)));
    }
    scene.customers.send(1);
    scene.customers.until_answered().await;
    let inserted = LedgerQuery::method("insert").with_effect(true);
    until("the event is inserted", || scene.google.control().count(&inserted) == 1).await;

    let sleeper = scene.worker.take().unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    sleeper.signal("STOP");
    scene.worker = Some(scene.start_worker(None));
    tokio::time::sleep(Duration::from_secs(3 * LEASE)).await;
    scene.until_done().await;
    let before = rows(&scene).await;
    let calls = scene.google.control().count(&LedgerQuery::method("insert"));

    sleeper.signal("CONT");
    until("the sleeper is refused", || {
        sleeper.said().contains("the lease was lost")
    })
    .await;
    tokio::time::sleep(Duration::from_secs(LEASE)).await;
    assert_eq!(rows(&scene).await, before, "{}", sleeper.said());
    assert_eq!(scene.google.control().count(&LedgerQuery::method("insert")), calls);
    audit(&scene).await;
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}: not so");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Calendars and mails alone: looking at busy times goes on.
async fn rows(scene: &Scene) -> Rows {
    let db = scene.server.database.db.reader();
    let mut jobs = job::Entity::find().all(db).await.unwrap();
    jobs.retain(|job| matches!(job.kind.as_str(), "write_calendar" | "send_message"));
    jobs.sort_by_key(|job| job.id);
    (
        appointment::Entity::find().all(db).await.unwrap(),
        calendar_write::Entity::find().all(db).await.unwrap(),
        message::Entity::find().all(db).await.unwrap(),
        jobs,
    )
}
