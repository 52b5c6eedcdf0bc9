//! A job is its worker's as long as the lease holds, and nobody else's.

use rstest::rstest;
use timetap_store::StoreError;
use timetap_store::entities::job;
use timetap_store::jobs::complete_job::{complete_job, complete_jobs};
use timetap_store::jobs::count_jobs::count_jobs;
use timetap_store::jobs::extend_lease::extend_lease;
use timetap_store::jobs::kill_job::kill_job;
use timetap_store::jobs::lease::{hold_lease, hold_leases};
use timetap_store::jobs::park_job::park_job;
use timetap_store::jobs::release_leases::release_leases;
use timetap_store::jobs::retry_job::{Retry, retry_job};
use timetap_testing::Engine;

use super::support::{Queue, at};

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
    assert_eq!(hold_leases(&txn, &leases, &[]).await.unwrap(), expected);
    assert!(hold_leases(&txn, &[foreign], &[]).await.unwrap().is_empty());
    assert!(hold_leases(&txn, &[], &[]).await.unwrap().is_empty());
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
