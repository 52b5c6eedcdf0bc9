//! Jobs that wait for a person, dead letters, and jobs that are over.

use rstest::rstest;
use sea_orm::EntityTrait;
use timetap_store::entities::job;
use timetap_store::jobs::delete_finished::delete_finished;
use timetap_store::jobs::kill_job::kill_job;
use timetap_store::jobs::list_jobs::list_jobs;
use timetap_store::jobs::park_job::park_job;
use timetap_store::jobs::requeue_dead::requeue_dead;
use timetap_store::jobs::supersede_resting::supersede_resting;
use timetap_store::jobs::unpark_jobs::unpark_jobs;
use timetap_testing::Engine;
use uuid::Uuid;

use super::support::{Queue, at};

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
