//! The queue: every job is done by one worker, a worker that was thought dead cannot speak for its job, and nothing is lost.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use timetap_store::entities::job;
use timetap_store::jobs::claim_jobs::{Claim, claim_jobs};
use timetap_store::jobs::complete_job::{complete_job, complete_jobs};
use timetap_store::jobs::count_jobs::count_jobs;
use timetap_store::jobs::delete_finished::delete_finished;
use timetap_store::jobs::extend_lease::extend_lease;
use timetap_store::jobs::insert_job::{NewJob, insert_job};
use timetap_store::jobs::kill_job::kill_job;
use timetap_store::jobs::lease::{hold_lease, hold_leases};
use timetap_store::jobs::list_jobs::list_jobs;
use timetap_store::jobs::listen_jobs::{JobListener, notify};
use timetap_store::jobs::next_due::next_due;
use timetap_store::jobs::park_job::park_job;
use timetap_store::jobs::reap_leases::reap_leases;
use timetap_store::jobs::release_leases::release_leases;
use timetap_store::jobs::requeue_dead::requeue_dead;
use timetap_store::jobs::retry_job::{Retry, retry_job};
use timetap_store::jobs::supersede_resting::supersede_resting;
use timetap_store::jobs::unpark_jobs::unpark_jobs;
use timetap_store::{Database, StoreError};
use timetap_testing::{Engine, TestDatabase};
use uuid::Uuid;

const NOW: &str = "2026-11-20T10:00:00Z";

fn at(seconds: i64) -> Timestamp {
    NOW.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

struct Queue {
    database: TestDatabase,
}

impl Queue {
    async fn new(engine: Engine) -> Self {
        Self {
            database: TestDatabase::new(engine).await,
        }
    }

    async fn add(&self, number: u128, key: &str, due: i64) -> Uuid {
        self.add_as(number, key, due, "write_calendar", 10).await
    }

    async fn add_as(&self, number: u128, key: &str, due: i64, kind: &'static str, priority: i64) -> Uuid {
        let id = Uuid::from_u128(number);
        let new = NewJob {
            id,
            kind,
            payload: serde_json::json!({ "number": number.to_string() }),
            subject_id: Some(Uuid::from_u128(1_000_000 + number)),
            lane: None,
            dedupe_key: Some(key.to_owned()),
            priority,
            run_at: at(due),
            caused_by: None,
            trace_parent: None,
        };
        insert_job(self.database.db.writer(), &new, at(0)).await.unwrap();
        id
    }

    async fn claim(&self, worker: &str, now: i64, limit: u64) -> Vec<job::Model> {
        self.claim_kinds(worker, now, limit, &["write_calendar", "send_message"])
            .await
    }

    async fn claim_kinds(&self, worker: &str, now: i64, limit: u64, kinds: &[&str]) -> Vec<job::Model> {
        let claim = Claim {
            worker,
            kinds,
            limit,
            per_lane: 2,
            lease_until: at(now + 30),
        };
        let txn = self.database.db.begin().await.unwrap();
        reap_leases(&txn, at(now)).await.unwrap();
        let jobs = claim_jobs(&txn, &claim, at(now)).await.unwrap();
        txn.commit().await.unwrap();
        jobs
    }

    async fn job(&self, id: Uuid) -> job::Model {
        job::Entity::find_by_id(id)
            .one(self.database.db.reader())
            .await
            .unwrap()
            .unwrap()
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_workers_share_the_jobs_and_each_is_done_once(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    for number in 0..300 {
        queue.add(number, &format!("key-{number}"), -1).await;
    }
    let workers = (0..8).map(|worker| {
        let queue = &queue;
        async move {
            let mut done = Vec::new();
            loop {
                let jobs = queue.claim(&format!("worker-{worker}"), 0, 7).await;
                if jobs.is_empty() {
                    return done;
                }
                for job in jobs {
                    complete_job(queue.database.db.writer(), job.lease(), at(0))
                        .await
                        .unwrap();
                    done.push(job.id);
                }
            }
        }
    });
    let done: Vec<Uuid> = futures::future::join_all(workers).await.concat();
    assert_eq!(done.len(), 300);
    assert_eq!(done.iter().collect::<BTreeSet<_>>().len(), 300);
    let counts = count_jobs(queue.database.db.reader()).await.unwrap();
    assert_eq!(
        (counts.len(), counts[0].state.as_str(), counts[0].jobs),
        (1, "done", 300)
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_worker_that_was_thought_dead_cannot_speak_for_its_job(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let on = queue.database.db.writer();
    let id = queue.add(1, "key", 0).await;
    let zombie = queue.claim("zombie", 0, 1).await.remove(0).lease();
    assert!(queue.claim("other", 29, 1).await.is_empty(), "the lease still holds");
    let heir = queue.claim("heir", 31, 1).await.remove(0);
    assert_eq!((heir.id, heir.attempts), (id, 1));
    assert_eq!(heir.last_error_code.as_deref(), Some("worker_lost"));

    let retry = Retry {
        run_at: at(60),
        failure: Some(("timeout", "No answer.")),
    };
    let refused = [
        complete_job(on, zombie, at(32)).await,
        extend_lease(on, zombie, at(90)).await,
        kill_job(on, zombie, "code", "words", at(32)).await,
        park_job(on, zombie, "code", "words", at(32)).await,
        retry_job(on, zombie, &retry, at(32)).await,
        hold_lease(on, zombie).await,
    ];
    for answer in refused {
        assert!(matches!(answer, Err(StoreError::LeaseLost)), "{answer:?}");
    }
    // Also where its work was queued anew, and folding would be the way.
    queue.add(2, "key", 40).await;
    let answer = retry_job(on, zombie, &retry, at(32)).await;
    assert!(matches!(answer, Err(StoreError::LeaseLost)), "{answer:?}");

    let job = queue.job(id).await;
    assert_eq!((job.state.as_str(), job.leased_by.as_deref()), ("leased", Some("heir")));
    hold_lease(on, heir.lease()).await.unwrap();
    complete_job(on, heir.lease(), at(33)).await.unwrap();
    assert_eq!(queue.job(id).await.state, "done");
    let answer = complete_job(on, heir.lease(), at(34)).await;
    assert!(
        matches!(answer, Err(StoreError::LeaseLost)),
        "done once is done: {answer:?}"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn signs_of_life_keep_a_job(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    queue.add(1, "key", 0).await;
    let lease = queue.claim("worker", 0, 1).await.remove(0).lease();
    extend_lease(queue.database.db.writer(), lease, at(60)).await.unwrap();
    assert!(queue.claim("other", 31, 1).await.is_empty());
    complete_job(queue.database.db.writer(), lease, at(59)).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn no_two_workers_are_at_one_subject(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let first = queue.add(1, "write:7", 0).await;
    let lease = queue.claim("one", 0, 5).await.remove(0).lease();
    assert_eq!(lease.job_id, first);
    // The appointment changes while its calendar is being written: queued again, but not begun.
    let second = queue.add(2, "write:7", 0).await;
    assert!(queue.claim("two", 1, 5).await.is_empty());
    complete_job(queue.database.db.writer(), lease, at(2)).await.unwrap();
    assert_eq!(queue.claim("two", 2, 5).await.remove(0).id, second);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_same_work_is_queued_once_and_brought_forward(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let first = queue.add(1, "mail:7", 60).await;
    queue.add(2, "mail:7", 90).await;
    assert_eq!(queue.job(first).await.run_at.timestamp(), at(60));
    queue.add(3, "mail:7", 5).await;
    assert_eq!(queue.job(first).await.run_at.timestamp(), at(5));
    assert_eq!(next_due(queue.database.db.reader()).await.unwrap(), Some(at(5)));
    assert!(queue.claim("worker", 4, 5).await.is_empty(), "not due yet");
    assert_eq!(queue.claim("worker", 5, 5).await.len(), 1);
    assert_eq!(
        next_due(queue.database.db.reader()).await.unwrap(),
        Some(at(35)),
        "the lease's end"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_retry_counts_and_looking_again_does_not(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let on = queue.database.db.writer();
    let id = queue.add(1, "key", 0).await;
    for failures in 1..=3 {
        let lease = queue.claim("worker", failures * 10, 1).await.remove(0).lease();
        let retry = Retry {
            run_at: at(failures * 10 + 5),
            failure: Some(("timeout", "No answer.")),
        };
        retry_job(on, lease, &retry, at(failures * 10)).await.unwrap();
        let job = queue.job(id).await;
        assert_eq!(
            (job.attempts, job.run_at.timestamp()),
            (failures, at(failures * 10 + 5))
        );
        assert_eq!(job.last_error.as_deref(), Some("No answer."));
    }
    let lease = queue.claim("worker", 40, 1).await.remove(0).lease();
    let look = Retry {
        run_at: at(41),
        failure: None,
    };
    retry_job(on, lease, &look, at(40)).await.unwrap();
    let job = queue.job(id).await;
    assert_eq!((job.attempts, job.state.as_str(), job.last_error), (0, "queued", None));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_retry_folds_into_the_same_work_queued_meanwhile(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let first = queue.add(1, "key", 0).await;
    let lease = queue.claim("worker", 0, 1).await.remove(0).lease();
    let second = queue.add(2, "key", 50).await;
    let retry = Retry {
        run_at: at(20),
        failure: Some(("timeout", "No answer.")),
    };
    retry_job(queue.database.db.writer(), lease, &retry, at(1))
        .await
        .unwrap();
    assert_eq!(queue.job(first).await.state, "done");
    let heir = queue.job(second).await;
    assert_eq!(
        (heir.state.as_str(), heir.run_at.timestamp(), heir.attempts),
        ("queued", at(20), 1)
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_stopping_worker_gives_its_jobs_back_at_once_and_only_its_own(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let on = queue.database.db.writer();
    let mine = queue.add(1, "a", 0).await;
    queue.claim("stopping", 0, 1).await;
    let folded = queue.add(2, "b", 0).await;
    queue.claim("stopping", 0, 1).await;
    let newer = queue.add(3, "b", 9).await;
    let others = queue.add(4, "c", 0).await;
    queue.claim("staying", 0, 1).await;

    assert_eq!(release_leases(on, "stopping", at(1)).await.unwrap(), 2);
    let job = queue.job(mine).await;
    assert_eq!(
        (job.state.as_str(), job.attempts, job.run_at.timestamp()),
        ("queued", 0, at(1))
    );
    assert_eq!(queue.job(folded).await.state, "done");
    assert_eq!(queue.job(newer).await.state, "queued");
    assert_eq!(queue.job(others).await.state, "leased");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_expired_lease_gives_way_to_newer_work_of_the_same_kind(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let lost = queue.add(1, "key", 0).await;
    queue.claim("silent", 0, 1).await;
    let newer = queue.add(2, "key", 0).await;
    let claimed = queue.claim("worker", 31, 5).await;
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), [newer]);
    assert_eq!(queue.job(lost).await.state, "done");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_waits_for_a_person_is_woken_once(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let on = queue.database.db.writer();
    let connection = Uuid::from_u128(1_000_001);
    let first = queue.add(1, "busy", 0).await;
    let lease = queue.claim("worker", 0, 1).await.remove(0).lease();
    park_job(on, lease, "needs_reconnect", "Reconnect Google.", at(0))
        .await
        .unwrap();
    assert!(
        queue.claim("worker", 1, 5).await.is_empty(),
        "parked jobs are left alone"
    );
    // Queued again while the first one waits, and laid aside as well: one waits.
    let second = queue.add(2, "busy", 0).await;
    let lease = queue.claim("worker", 2, 1).await.remove(0).lease();
    park_job(on, lease, "needs_reconnect", "Reconnect Google.", at(2))
        .await
        .unwrap();
    assert_eq!(queue.job(first).await.state, "done");
    assert_eq!(
        unpark_jobs(on, connection, at(3)).await.unwrap(),
        0,
        "the second one is about something else"
    );
    assert_eq!(unpark_jobs(on, Uuid::from_u128(1_000_002), at(3)).await.unwrap(), 1);
    assert_eq!(queue.claim("worker", 3, 5).await.remove(0).id, second);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn dead_letters_come_back_with_a_clean_count(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let on = queue.database.db.writer();
    let first = queue.add(1, "key", 0).await;
    let lease = queue.claim("worker", 0, 1).await.remove(0).lease();
    kill_job(on, lease, "forbidden", "Not allowed.", at(0)).await.unwrap();
    let second = queue.add(2, "key", 0).await;
    let lease = queue.claim("worker", 1, 1).await.remove(0).lease();
    kill_job(on, lease, "forbidden", "Not allowed.", at(1)).await.unwrap();
    let other = queue.add(3, "other", 0).await;
    let lease = queue.claim("worker", 2, 1).await.remove(0).lease();
    kill_job(on, lease, "forbidden", "Not allowed.", at(2)).await.unwrap();
    let listed = list_jobs(on, "dead", 0, 10).await.unwrap();
    assert_eq!(
        listed.iter().map(|job| job.id).collect::<Vec<_>>(),
        [other, second, first]
    );

    assert_eq!(requeue_dead(on, Some(other), at(3)).await.unwrap().len(), 1);
    let job = queue.job(other).await;
    assert_eq!(
        (job.state.as_str(), job.attempts, job.run_at.timestamp()),
        ("queued", 0, at(3))
    );
    // Two of one key: the second finds the first one queued, and is taken for done.
    assert_eq!(requeue_dead(on, None, at(4)).await.unwrap().len(), 2);
    assert_eq!(queue.job(first).await.state, "queued");
    assert_eq!(queue.job(second).await.state, "done");
    assert!(queue.job(second).await.finished_at.is_some());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_urgent_goes_first_and_kinds_are_kept_apart(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let late_mail = queue.add_as(1, "a", -50, "send_message", 20).await;
    let calendar = queue.add_as(2, "b", -1, "write_calendar", 10).await;
    let early_calendar = queue.add_as(3, "c", -2, "write_calendar", 10).await;
    let only = queue.claim_kinds("w", 0, 9, &["send_message"]).await;
    assert_eq!(only.iter().map(|job| job.id).collect::<Vec<_>>(), [late_mail]);
    let rest = queue.claim("w", 0, 9).await;
    assert_eq!(
        rest.iter().map(|job| job.id).collect::<Vec<_>>(),
        [early_calendar, calendar]
    );
    assert_eq!(rest[0].payload["number"], "3");
    assert!(queue.claim_kinds("w", 0, 9, &[]).await.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn superseded_and_finished_jobs_go(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let on = queue.database.db.writer();
    let id = queue.add(1, "key", 0).await;
    let lease = queue.claim("worker", 0, 1).await.remove(0).lease();
    kill_job(on, lease, "forbidden", "Not allowed.", at(0)).await.unwrap();
    assert_eq!(delete_finished(on, at(99)).await.unwrap(), 0, "dead letters stay");
    assert_eq!(supersede_resting(on, "key", at(5)).await.unwrap(), 1);
    assert_eq!(delete_finished(on, at(5)).await.unwrap(), 0);
    assert_eq!(delete_finished(on, at(6)).await.unwrap(), 1);
    assert!(job::Entity::find_by_id(id).one(on).await.unwrap().is_none());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn one_lane_cannot_take_all_hands(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let on = queue.database.db.writer();
    for number in 0..250 {
        queue.add(number, &format!("broken-{number}"), -100).await;
    }
    let lane = |number: u128| job::ActiveModel {
        lane: Set(Some(Uuid::from_u128(number))),
        ..Default::default()
    };
    job::Entity::update_many().set(lane(1)).exec(on).await.unwrap();
    let well = queue.add(1000, "well", -1).await;
    let without = queue.add(1001, "without", -1).await;
    job::Entity::update_many()
        .set(lane(2))
        .filter(job::Column::Id.eq(well))
        .exec(on)
        .await
        .unwrap();

    // The account that does not answer gets its two, however much it has waiting, and then the others come.
    let first = queue.claim("worker", 0, 8).await;
    assert_eq!(first.len(), 2);
    let second = queue.claim("worker", 0, 6).await;
    let mut others: Vec<Uuid> = second.iter().map(|job| job.id).collect();
    others.sort();
    assert_eq!(others, [well, without]);
    assert!(queue.claim("worker", 0, 4).await.is_empty());
    complete_job(on, first[0].lease(), at(1)).await.unwrap();
    let next = queue.claim("worker", 1, 4).await;
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].lane, Some(Uuid::from_u128(1)));
}

#[tokio::test]
async fn other_processes_hear_of_a_notification() {
    let sqlite = Queue::new(Engine::Sqlite).await;
    assert!(JobListener::begin(&sqlite.database.db).await.unwrap().is_none());
    notify(&sqlite.database.db).await.unwrap();

    let queue = Queue::new(Engine::Postgres).await;
    let elsewhere = Database::connect(&queue.database.url).await.unwrap();
    let mut listener = JobListener::begin(&elsewhere).await.unwrap().unwrap();
    // A transaction that queues a job says nothing by itself: those who say it commit one after the other.
    queue.add(1, "tidy", 0).await;
    let early = tokio::time::timeout(Duration::from_millis(300), listener.heard()).await;
    assert!(early.is_err(), "nobody has been told");
    notify(&queue.database.db).await.unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(10), listener.heard()).await;
    heard.unwrap().unwrap();
    drop(listener);
    elsewhere.close().await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_several_leases_those_that_hold_are_known_and_one_lost_one_completes_none(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    for number in 1..=3 {
        queue.add(number, &format!("key:{number}"), 0).await;
    }
    let leases: Vec<_> = queue.claim("a", 0, 3).await.iter().map(job::Model::lease).collect();
    let (lost, held) = leases.split_last().unwrap();
    let txn = queue.database.db.begin().await.unwrap();
    complete_job(&txn, *lost, at(1)).await.unwrap();
    txn.commit().await.unwrap();
    let foreign = timetap_store::jobs::lease::Lease {
        token: held[0].token + 1,
        ..held[0]
    };

    let txn = queue.database.db.begin().await.unwrap();
    let expected: std::collections::HashSet<_> = held.iter().map(|lease| lease.job_id).collect();
    assert_eq!(hold_leases(&txn, &leases).await.unwrap(), expected);
    assert!(hold_leases(&txn, &[foreign]).await.unwrap().is_empty());
    assert!(hold_leases(&txn, &[]).await.unwrap().is_empty());
    for wrong in [leases.as_slice(), &[held[1], foreign]] {
        let txn_error = complete_jobs(&txn, wrong, at(2)).await.unwrap_err();
        assert!(matches!(txn_error, StoreError::LeaseLost), "{txn_error}");
    }
    txn.rollback().await.unwrap();

    let txn = queue.database.db.begin().await.unwrap();
    complete_jobs(&txn, held, at(2)).await.unwrap();
    txn.commit().await.unwrap();
    let counts = count_jobs(queue.database.db.reader()).await.unwrap();
    assert_eq!(counts.len(), 1);
    assert_eq!((counts[0].state.as_str(), counts[0].jobs), ("done", 3));
}
