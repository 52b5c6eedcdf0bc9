//! From a booking's commit to the first byte of its event at the provider, while nothing else happens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use timetap_providers::http::Timeouts;
use timetap_sandbox::NewAccount;
use timetap_store::Engine;
use timetap_testing::{HostScene, TestProgram, connect_google};
use timetap_usecases::bookings::book_session;
use timetap_usecases::jobs::run_due_jobs;
use uuid::Uuid;

use crate::figures::{percentile, print};
use crate::{relay, worker};

const BOOKINGS: i64 = 100;
/// Long enough that everything that follows from a booking is done.
const PAUSE: Duration = Duration::from_millis(60);
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn measure(engine: Engine) {
    let program = TestProgram::start(engine).await;
    let host = HostScene::new(Uuid::from_u128(0xa), "anna");
    host.insert(&program.app).await;
    let account = NewAccount {
        email: "anna@sandbox.test".to_owned(),
        name: "Anna".to_owned(),
        meet: true,
    };
    program.sandbox.control().add_account(&account).unwrap();
    connect_google(&program.app, host.id, Uuid::from_u128(1), &account.email)
        .await
        .unwrap();
    run_due_jobs(&program.app).await.unwrap();

    let sandbox = program.sandbox.base_url();
    let address = sandbox.strip_prefix("http://").unwrap().to_owned();
    let (relay, mut comes, _relaying) = relay::before(address).await;
    let app = Arc::new(program.towards(&relay, Timeouts::default()));
    let mut times = worker::beside(&app, async {
        let first: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
        let mut times = Vec::new();
        for number in 0..BOOKINGS {
            tokio::time::sleep(PAUSE).await;
            let start = first + SignedDuration::from_hours(number);
            let mut form = host.form(&app, &start.to_string());
            form.email = format!("guest-{number}@example.com");
            let network = format!("192.0.2.{number}");
            // It comes back right after its commit.
            book_session(&app, &form, None, &network).await.unwrap();
            let committed = Instant::now();
            let arrived = tokio::time::timeout(PATIENCE, comes.recv())
                .await
                .expect("the event is asked for")
                .unwrap();
            times.push(arrived.saturating_duration_since(committed));
        }
        times
    })
    .await;
    assert!(comes.is_empty(), "each event was asked for once");
    let half = percentile(&mut times, 50);
    print(
        engine,
        "at most 10",
        "commit to first byte at the provider, p50",
        half,
        "ms",
    );
    let most = percentile(&mut times, 95);
    print(engine, "none", "commit to first byte at the provider, p95", most, "ms");
}
