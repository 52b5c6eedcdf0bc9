//! A host with a connected Google, and the processes that serve them.

use std::process::Command;
use std::time::{Duration, Instant};

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use timetap_core::clock::Clock;
use timetap_sandbox::{Quotas, Sandbox};
use timetap_store::UnixMillis;
use timetap_store::entities::job;
use timetap_store::jobs::count_jobs::count_jobs;
use timetap_testing::Engine;

use crate::customers::Customers;
use crate::shop;
use crate::shoppers::Shoppers;
use crate::support::Server;
use crate::support::browser::Browser;
use crate::support::google_stage::Stage;
use crate::support::process::Process;

/// The Google account of the host.
pub const ADA: &str = "ada@sandbox.test";
/// The Google account of the host's manager.
pub const BEN: &str = "ben@sandbox.test";
/// The Google account of a customer.
pub const CLEO: &str = "cleo@sandbox.test";
/// The Google account of the administrator.
pub const DORA: &str = "dora@sandbox.test";
/// What customers may wait for until everything is done, whatever happened.
const PATIENCE: Duration = Duration::from_mins(1);
/// The work that follows from what customers do.
const WORK: [&str; 7] = [
    "write_calendar",
    "send_message",
    "handle_stripe_event",
    "close_order",
    "refund",
    "cancel_subscription",
    "plan_subscription",
];

/// Which processes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Pages and jobs in one process.
    Together,
    /// A process for the pages, and one for the jobs.
    Apart,
}

/// What customers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trade {
    /// They book sessions that cost nothing.
    Bookings,
    /// They buy, and pay at Stripe.
    Orders,
}

impl Trade {
    /// So long is a customer busy, who does one thing after the other.
    pub const fn takes(self) -> Duration {
        match self {
            Self::Bookings => Duration::from_millis(600),
            Self::Orders => Duration::from_millis(2_500),
        }
    }

    /// What customers themselves may need after a restart, beside what the program does.
    pub const fn leisure(self) -> Duration {
        match self {
            Self::Bookings => Duration::ZERO,
            Self::Orders => Duration::from_secs(5),
        }
    }
}

/// The scene. `web` of the stage's server is the process that customers talk to.
pub struct Scene {
    pub server: Server,
    pub google: Sandbox,
    pub worker: Option<Process>,
    pub customers: Customers,
    /// The customers of the shop, where there is one.
    pub shoppers: Option<Shoppers>,
    layout: Layout,
}

impl Scene {
    /// Sets the host up, then begins anew with the processes of `layout`, whose leases last `lease` seconds.
    pub async fn start(engine: Engine, layout: Layout, lease: u64, trade: Trade) -> Self {
        let settings = [
            ("TIMETAP_JOB_LEASE_SECONDS", lease.to_string()),
            ("TIMETAP_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ];
        // After a hundred deaths a person's minute at Google is over; waiting for the next one is no part of coming back.
        let Stage { server, google } = Stage::start_with_quotas(engine, &["serve"], &settings, Quotas::UNLIMITED).await;
        let anna = Browser::host(&server, "anna").await;
        anna.connect(ADA).await;
        let customers = Customers::of(&server, "/anna/one-hour-session");
        let shoppers = match trade {
            Trade::Bookings => None,
            Trade::Orders => Some(Shoppers::of(shop::open(&server, &google).await)),
        };
        let mut scene = Self {
            server,
            google,
            worker: None,
            customers,
            shoppers,
            layout,
        };
        scene.until_done().await;
        if layout == Layout::Apart {
            scene.server.process.kill();
            scene.start_web(None);
            scene.worker = Some(scene.start_worker(None));
            scene.server.wait_until_healthy().await;
        }
        scene
    }

    /// Starts the process of the pages, or of everything, in place of the one that ended.
    pub fn start_web(&mut self, failpoint: Option<&str>) {
        let mut command = self.command(failpoint);
        command.arg("serve");
        if self.layout == Layout::Apart {
            command.arg("--no-worker");
        }
        self.server.process = Process::start(&mut command);
    }

    /// Starts a process for the jobs.
    pub fn start_worker(&self, failpoint: Option<&str>) -> Process {
        Process::start(self.command(failpoint).arg("worker"))
    }

    fn command(&self, failpoint: Option<&str>) -> Command {
        let mut command = self.server.command();
        if let Some(order) = failpoint {
            command.env("TIMETAP_FAILPOINT", order);
        }
        command
    }

    /// Kills everything and starts it anew, with this order for all processes.
    pub fn restart_with(&mut self, failpoint: Option<&str>) {
        self.server.process.kill();
        self.worker = None;
        self.start_web(failpoint);
        if self.layout == Layout::Apart {
            self.worker = Some(self.start_worker(failpoint));
        }
    }

    /// Sends `many` customers on their way.
    pub fn send(&mut self, many: usize) {
        match &mut self.shoppers {
            None => self.customers.send(many),
            Some(shoppers) => shoppers.send(many),
        }
    }

    /// Waits until all customers have their answers.
    pub async fn until_answered(&mut self) {
        self.customers.until_answered().await;
        if let Some(shoppers) = &mut self.shoppers {
            shoppers.until_answered().await;
        }
    }

    /// Waits until no calendar is to be written, no mail to be sent, and nothing of Stripe's is under way.
    pub async fn until_done(&self) {
        let begun = Instant::now();
        let mut before = None;
        loop {
            let (open, so_far) = self.look_at_work().await;
            // Twice the same: what is done may make new work at Stripe, and that comes back as new work here.
            if open.is_empty() && before.replace(so_far) == Some(so_far) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{open:?}\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// What is still to be done, and how many jobs and events of Stripe's there have been so far.
    async fn look_at_work(&self) -> (Vec<String>, (i64, usize)) {
        let on = self.server.database.db.reader();
        let counts = count_jobs(on).await.unwrap();
        let mine = counts.iter().filter(|count| WORK.contains(&count.kind.as_str()));
        let mut open: Vec<String> = mine
            .clone()
            .filter(|count| count.state != "done" && count.kind != "close_order")
            .map(|count| format!("{} {} {}", count.jobs, count.kind, count.state))
            .collect();
        // Others wait for the end of the time to pay.
        let closing = job::Entity::find()
            .filter(job::Column::Kind.eq("close_order"))
            .filter(job::Column::State.ne("done"))
            .filter(job::Column::RunAt.lte(UnixMillis::from(Clock::system().now())));
        let closing = closing.count(on).await.unwrap();
        let telling = self.google.control().stripe_summary().pending_messages;
        open.extend((closing > 0).then(|| format!("{closing} orders to close")));
        open.extend((telling > 0).then(|| format!("{telling} messages of Stripe's")));
        let jobs = mine.map(|count| count.jobs).sum();
        (open, (jobs, self.google.control().stripe_objects("event").len()))
    }

    /// What the living processes logged.
    pub fn said(&self) -> String {
        let worker = self.worker.as_ref().map(Process::said).unwrap_or_default();
        format!("{}\n{worker}", self.server.process.said())
    }
}
