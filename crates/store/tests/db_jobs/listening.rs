//! Other processes hear that there is work.

use std::time::Duration;

use timetap_store::Database;
use timetap_store::jobs::listen_jobs::{JobListener, notify};
use timetap_testing::Engine;

use super::support::Queue;

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
