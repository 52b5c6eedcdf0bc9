//! SIGKILL at random instants.

use std::time::{Duration, Instant};

use rstest::rstest;
use timetap_core::entropy::Entropy;
use timetap_testing::{Engine, torture};

use crate::audit::audit;
use crate::scene::{Layout, Scene, Trade};

/// What a killed program may take from its restart until everything is done: on SQLite a restarted process knows that it
/// is alone and waits for nobody's lease (30 seconds here).
const SQLITE_LIMIT: Duration = Duration::from_secs(10);
/// Beyond the lease, where dead workers are known by their silence alone.
const BEYOND_LEASE: Duration = Duration::from_secs(5);

#[rstest]
#[case::sqlite_in_one_process(Engine::Sqlite, Layout::Together, 30, SQLITE_LIMIT)]
#[case::sqlite_in_two_processes(Engine::Sqlite, Layout::Apart, 30, SQLITE_LIMIT)]
#[case::postgres_in_two_processes(Engine::Postgres, Layout::Apart, 2, Duration::from_secs(2) + BEYOND_LEASE)]
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_instant_nothing_is_lost_and_nothing_doubled(
    #[case] engine: Engine,
    #[case] layout: Layout,
    #[case] lease: u64,
    #[case] limit: Duration,
    #[values(Trade::Bookings, Trade::Orders)] trade: Trade,
) {
    let limit = limit + trade.leisure();
    let mut scene = Scene::start(engine, layout, lease, trade).await;
    let chance = Entropy::system();
    let mut slowest = Duration::ZERO;
    for round in 0..torture(6, 100) {
        scene.send(match trade {
            Trade::Bookings => torture(3, 2),
            Trade::Orders => torture(5, 7),
        });
        let latest = i64::try_from(trade.takes().as_millis()).unwrap();
        let pause = chance.between(0, latest).unsigned_abs();
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let both = chance.between(0, 2);
        if layout == Layout::Together || both != 1 {
            scene.server.process.kill();
        }
        if both != 0 {
            scene.worker = None;
        }
        let restarted = Instant::now();
        if scene.server.process.has_ended().is_some() {
            scene.start_web(None);
        }
        if layout == Layout::Apart && scene.worker.is_none() {
            scene.worker = Some(scene.start_worker(None));
        }
        scene.until_answered().await;
        scene.until_done().await;
        let recovery = restarted.elapsed();
        assert!(
            recovery <= limit,
            "round {round}, killed after {pause} ms: {recovery:?}\n{}",
            scene.said()
        );
        slowest = slowest.max(recovery);
    }
    let audit = audit(&scene).await;
    if trade == Trade::Orders {
        assert!(audit.paid >= torture(20, 500), "{audit:?}");
    }
    println!("{audit:?}, slowest recovery: {slowest:?}");
}
