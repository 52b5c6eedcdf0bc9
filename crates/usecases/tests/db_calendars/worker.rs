//! The worker as a server runs it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use rstest::rstest;
use timetap_core::clock::Clock;
use timetap_store::Database;
use timetap_store::jobs::listen_jobs::JobListener;
use timetap_testing::Engine;
use timetap_usecases::TimeTap;
use timetap_usecases::jobs::run_worker;
use tokio::sync::oneshot;

use super::support::{ADA, Stage, TUESDAY_AT_3};

/// Runs workers beside `test`, one for each program, and stops them in order afterwards.
pub async fn beside<T>(programs: Vec<Arc<TimeTap>>, test: impl Future<Output = T>) -> T {
    let mut stops = Vec::new();
    let workers = programs.into_iter().map(|app| {
        let (stop, stopped) = oneshot::channel::<()>();
        stops.push(stop);
        async move {
            let stopped = async {
                let _ = stopped.await;
            };
            run_worker(app, stopped).await.unwrap();
        }
    });
    let workers = futures::future::join_all(workers.collect::<Vec<_>>());
    let test = async move {
        let result = test.await;
        for stop in stops {
            let _ = stop.send(());
        }
        result
    };
    tokio::join!(test, workers).0
}

async fn until<F: Future<Output = bool>>(what: &str, check: impl Fn() -> F) {
    for _ in 0..100 {
        if check().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen within five seconds");
}

/// The same program as another process sees it: its own connections, its own bell, a running clock.
pub async fn replica(stage: &Stage) -> Arc<TimeTap> {
    Arc::new(TimeTap {
        clock: Clock::system(),
        ..stage.program.replica().await
    })
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_replicas_write_every_booking_once_with_one_refresh(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.google().expire_access_tokens(None);
    let refreshes = stage.requests("refresh");
    let mut bookings = Vec::new();
    for hour in 10..18 {
        bookings.push(stage.book(&format!("2026-11-24T{hour}:00:00+01:00")).await);
    }
    let workers = vec![replica(&stage).await, replica(&stage).await];
    Box::pin(beside(workers, async {
        until("every event", || async { stage.events(ADA).len() == 8 }).await;
        for booked in &bookings {
            until("every link", || async {
                stage.appointment(booked).await.meet_link.is_some()
            })
            .await;
        }
        until("every confirmation", || async {
            stage.messages("booked").await.iter().all(|mail| mail.state == "sent")
        })
        .await;
    }))
    .await;
    assert_eq!(stage.effects("insert").len(), 8);
    assert_eq!(stage.requests("refresh"), refreshes + 1, "one refresh for both");
    assert!(stage.messages("meet_link").await.len() % 2 == 0);
    let leased = timetap_store::jobs::count_jobs::count_jobs(stage.app().db.writer())
        .await
        .unwrap();
    assert!(leased.iter().all(|count| count.state != "leased"), "{leased:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worker_begins_at_once_and_stops_in_order(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let app = stage.program.app.clone();
    Box::pin(beside(vec![app], async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let booked = stage.book("2026-11-24T15:00:00+01:00").await;
        // The bell of the process rings: nothing waits for the next look, a second away.
        let mut waited = 0;
        while stage.write_state(&booked).await != "written" {
            tokio::time::sleep(Duration::from_millis(20)).await;
            waited += 20;
            assert!(waited < 5000, "never written");
        }
    }))
    .await;
    assert_eq!(stage.events(ADA).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_process_commits_is_announced_to_the_others() {
    let stage = Stage::start(Engine::Postgres).await;
    let elsewhere = Database::connect(&stage.program.database.url).await.unwrap();
    let mut listener = JobListener::begin(&elsewhere).await.unwrap().unwrap();
    Box::pin(beside(vec![stage.program.app.clone()], async {
        // What the worker says when it begins.
        while let Ok(heard) = tokio::time::timeout(Duration::from_millis(500), listener.heard()).await {
            heard.unwrap();
        }
        stage.book(TUESDAY_AT_3).await;
        let heard = tokio::time::timeout(Duration::from_secs(10), listener.heard()).await;
        heard.expect("other processes are told").unwrap();
    }))
    .await;
    drop(listener);
    elsewhere.close().await.unwrap();
}
