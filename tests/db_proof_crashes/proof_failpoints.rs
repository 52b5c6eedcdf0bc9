//! An abort at every failpoint.

use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use rstest::rstest;
use timetap_testing::{Engine, torture};
use timetap_usecases::platform::failpoint::Failpoint;

use crate::audit::audit;
use crate::customers::Mind;
use crate::scene::{Layout, Scene, Trade};
use crate::shoppers::Story;
use crate::support::process::Process;

/// How long the program may take to come by its failpoint.
const PATIENCE: Duration = Duration::from_secs(20);
const SIGABRT: i32 = 6;

/// The failpoints are shared out among several runs, so that they end sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Bookings,
    Jobs,
    Calendar,
    Changes,
    Mail,
    Orders,
    Payments,
    Refunds,
    OrderJobs,
    OrderCalendar,
    OrderMail,
}

impl Part {
    const fn trade(self) -> Trade {
        match self {
            Self::Bookings | Self::Jobs | Self::Calendar | Self::Changes | Self::Mail => Trade::Bookings,
            _ => Trade::Orders,
        }
    }
}

/// Which parts a failpoint belongs to, with bookings and with orders, and at which hit to abort: the work that begins with
/// every process comes by some points before any booking does.
const fn plan(point: Failpoint) -> (&'static [Part], u64) {
    match point {
        Failpoint::BookingBeforeCommit | Failpoint::BookingCommitted => (&[Part::Bookings], 1),
        Failpoint::BeforeAnswer => (&[Part::Bookings, Part::OrderJobs], 1),
        // Nothing that was bought is moved here, and its event changes with its time alone.
        Failpoint::BeforePatch
        | Failpoint::PatchAnswered
        | Failpoint::BeforeChangeCommitted
        | Failpoint::ChangeCommitted => (&[Part::Changes], 1),
        Failpoint::BeforeDelete | Failpoint::DeleteAnswered => (&[Part::Changes, Part::OrderCalendar], 1),
        Failpoint::JobsClaimed | Failpoint::BeforeJobSettled | Failpoint::JobSettled => {
            (&[Part::Jobs, Part::OrderJobs], 4)
        }
        Failpoint::MiddleOfBatch => (&[Part::Jobs, Part::OrderJobs], 1),
        Failpoint::BeforeClaimCommitted
        | Failpoint::BeforeInsert
        | Failpoint::InsertAnswered
        | Failpoint::BeforeWriteNoted
        | Failpoint::WriteNoted
        | Failpoint::BeforeTokenExchange
        | Failpoint::TokenExchanged
        | Failpoint::TokenStored => (&[Part::Calendar, Part::OrderCalendar], 1),
        Failpoint::BeforeMail | Failpoint::MailAccepted | Failpoint::MailNoted => (&[Part::Mail, Part::OrderMail], 1),
        Failpoint::OrderPlaced
        | Failpoint::BeforePaymentPage
        | Failpoint::PaymentPageMade
        | Failpoint::PaymentPageEnded
        | Failpoint::OrderClosed => (&[Part::Orders], 1),
        Failpoint::MessageStored
        | Failpoint::BeforeTruthApplied
        | Failpoint::TruthApplied
        | Failpoint::SubscriptionNoted => (&[Part::Payments], 1),
        Failpoint::BeforeRefund | Failpoint::RefundAnswered | Failpoint::RefundNoted => (&[Part::Refunds], 1),
    }
}

/// At how many hits in a row a failpoint is tried in the long form: as many as its customers come by for certain. What is done
/// for many at once, or once for an account, may be come by once only.
const fn hits(point: Failpoint) -> u64 {
    match point {
        Failpoint::MiddleOfBatch
        | Failpoint::BeforeClaimCommitted
        | Failpoint::BeforeWriteNoted
        | Failpoint::WriteNoted
        | Failpoint::BeforeTokenExchange
        | Failpoint::TokenExchanged
        | Failpoint::TokenStored => 1,
        _ => 4,
    }
}

/// What a customer who books does, so that the program comes by a failpoint.
const fn mind_of(point: Failpoint) -> Mind {
    match point {
        Failpoint::BeforePatch | Failpoint::PatchAnswered | Failpoint::BeforeChangeCommitted => Mind::Moves,
        Failpoint::BeforeDelete | Failpoint::DeleteAnswered | Failpoint::ChangeCommitted => Mind::Cancels,
        _ => Mind::Stays,
    }
}

/// The story of an order that comes by a failpoint, and in which nobody makes up for what would be lost there.
const fn story_of(point: Failpoint) -> Story {
    match point {
        Failpoint::OrderPlaced | Failpoint::PaymentPageEnded | Failpoint::OrderClosed => Story::Abandons,
        Failpoint::MessageStored | Failpoint::BeforeTruthApplied | Failpoint::TruthApplied => Story::Leaves,
        Failpoint::SubscriptionNoted => Story::Subscribes,
        Failpoint::BeforeRefund | Failpoint::RefundAnswered => Story::PaysTooLate,
        Failpoint::RefundNoted | Failpoint::BeforeDelete | Failpoint::DeleteAnswered => Story::CancelsOne,
        _ => Story::Pays,
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite, Layout::Together, 30, Duration::from_secs(10))]
#[case::postgres(Engine::Postgres, Layout::Apart, 2, Duration::from_secs(7))]
#[tokio::test(flavor = "multi_thread")]
async fn aborted_at_every_failpoint_nothing_is_lost_and_nothing_doubled(
    #[case] engine: Engine,
    #[case] layout: Layout,
    #[case] lease: u64,
    #[case] limit: Duration,
    #[values(
        Part::Bookings,
        Part::Jobs,
        Part::Calendar,
        Part::Changes,
        Part::Mail,
        Part::Orders,
        Part::Payments,
        Part::Refunds,
        Part::OrderJobs,
        Part::OrderCalendar,
        Part::OrderMail
    )]
    part: Part,
) {
    let limit = limit + part.trade().leisure();
    let mut scene = Scene::start(engine, layout, lease, part.trade()).await;
    let mine = Failpoint::ALL
        .iter()
        .copied()
        .filter(|point| plan(*point).0.contains(&part));
    for point in mine {
        for later in 0..torture(1, hits(point)) {
            let order = format!("{}={}", point.name(), plan(point).1 + later);
            // Every token is refused, so that the first call needs a fresh one.
            scene.google.control().expire_access_tokens(None);
            scene.restart_with(Some(&order));
            match &mut scene.shoppers {
                None => {
                    for _ in 0..=later {
                        scene.customers.send_one(mind_of(point));
                    }
                    scene.customers.send(torture(1, 2));
                }
                Some(shoppers) => {
                    for _ in 0..=later {
                        shoppers.send_one(story_of(point));
                    }
                    shoppers.send(torture(1, 2));
                }
            }
            let web_ended = until_aborted(&mut scene, &order).await;
            let restarted = Instant::now();
            match web_ended {
                // Both processes come by these points: the other one must not end later.
                _ if part.trade() == Trade::Orders => scene.restart_with(None),
                true => scene.start_web(None),
                false => scene.worker = Some(scene.start_worker(None)),
            }
            scene.until_answered().await;
            scene.until_done().await;
            let recovery = restarted.elapsed();
            assert!(recovery <= limit, "{order}: {recovery:?}\n{}", scene.said());
            println!("{order}: {recovery:?}");
        }
    }
    println!("{:?}", audit(&scene).await);
}

/// Waits until one process has aborted, as ordered; returns whether it was the one of the pages.
async fn until_aborted(scene: &mut Scene, order: &str) -> bool {
    let begun = Instant::now();
    loop {
        let web = scene.server.process.has_ended();
        let worker = scene.worker.as_mut().and_then(Process::has_ended);
        if let Some(status) = web.or(worker) {
            assert_eq!(status.signal(), Some(SIGABRT), "{order}: {}", scene.said());
            let point = order.split('=').next().unwrap();
            assert!(scene.said().contains(point), "{order}: {}", scene.said());
            return web.is_some();
        }
        assert!(begun.elapsed() < PATIENCE, "{order} was not come by\n{}", scene.said());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
