//! Who is alone on a SQLite file may declare leases void, and nobody else.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::time::Duration;

use timetap_store::jobs::worker_presence::WorkerPresence;
use timetap_testing::{Engine, TestDatabase};

async fn announce(database: &TestDatabase) -> WorkerPresence {
    WorkerPresence::announce(&database.db).await.unwrap().unwrap()
}

#[tokio::test]
async fn only_a_worker_without_others_is_alone() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut first = announce(&database).await;
    assert!(first.is_alone());
    first.share().await.unwrap();
    assert!(!first.is_alone(), "others may begin from here on");
    let second = announce(&database).await;
    assert!(!second.is_alone());
    drop(first);
    let third = announce(&database).await;
    assert!(!third.is_alone(), "the second one still lives");
    drop((second, third));
    assert!(announce(&database).await.is_alone(), "all others are gone");
}

#[tokio::test]
async fn nobody_begins_while_one_is_alone() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut first = announce(&database).await;
    let waited = tokio::time::timeout(Duration::from_millis(200), announce(&database)).await;
    assert!(waited.is_err());
    let (second, ()) = tokio::join!(announce(&database), async { first.share().await.unwrap() });
    assert!(!second.is_alone());
}

#[tokio::test]
async fn postgres_has_workers_elsewhere() {
    let database = TestDatabase::new(Engine::Postgres).await;
    assert!(WorkerPresence::announce(&database.db).await.unwrap().is_none());
}
