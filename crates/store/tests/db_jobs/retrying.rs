//! What failed is tried again.

use rstest::rstest;
use timetap_store::jobs::retry_job::{Retry, retry_job};
use timetap_testing::Engine;

use super::support::{Queue, at};

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
