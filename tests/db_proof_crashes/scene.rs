//! A host with a connected Google, and the processes that serve them.

use std::process::Command;
use std::time::{Duration, Instant};

use timetap_sandbox::Sandbox;
use timetap_store::jobs::count_jobs::count_jobs;
use timetap_testing::Engine;

use crate::customers::Customers;
use crate::support::Server;
use crate::support::browser::Browser;
use crate::support::google_stage::Stage;
use crate::support::process::Process;

/// The Google account of the host.
pub const ADA: &str = "ada@sandbox.test";
/// What customers may wait for until everything is done, whatever happened.
const PATIENCE: Duration = Duration::from_mins(1);

/// Which processes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Pages and jobs in one process.
    Together,
    /// A process for the pages, and one for the jobs.
    Apart,
}

/// The scene. `web` of the stage's server is the process that customers talk to.
pub struct Scene {
    pub server: Server,
    pub google: Sandbox,
    pub worker: Option<Process>,
    pub customers: Customers,
    layout: Layout,
}

impl Scene {
    /// Sets the host up, then begins anew with the processes of `layout`, whose leases last `lease` seconds.
    pub async fn start(engine: Engine, layout: Layout, lease: u64) -> Self {
        let settings = [
            ("TIMETAP_JOB_LEASE_SECONDS", lease.to_string()),
            ("TIMETAP_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ];
        let Stage { server, google } = Stage::start_configured(engine, &["serve"], &settings).await;
        let anna = Browser::host(&server, "anna").await;
        anna.connect(ADA).await;
        let customers = Customers::of(&server, "/anna/one-hour-session");
        let mut scene = Self {
            server,
            google,
            worker: None,
            customers,
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

    /// Waits until no calendar is to be written and no mail to be sent.
    pub async fn until_done(&self) {
        let begun = Instant::now();
        loop {
            let counts = count_jobs(self.server.database.db.reader()).await.unwrap();
            let open: Vec<_> = counts
                .iter()
                .filter(|count| matches!(count.kind.as_str(), "write_calendar" | "send_message"))
                .filter(|count| count.state != "done")
                .collect();
            if open.is_empty() {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{open:?}\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// What the living processes logged.
    pub fn said(&self) -> String {
        let worker = self.worker.as_ref().map(Process::said).unwrap_or_default();
        format!("{}\n{worker}", self.server.process.said())
    }
}
