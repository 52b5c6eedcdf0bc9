//! Starts the real `timetap` binary on a database of its own, and talks to it over HTTP.

pub mod browser;
pub mod doctor_scene;
pub mod google_stage;
pub mod orders;
pub mod process;
pub mod reading;
pub mod visitor;
pub mod whole_program;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use timetap_providers::http::{Timeouts, build_client};
use timetap_testing::{Engine, TestDatabase};

use process::Process;

/// A running `timetap serve`.
pub struct Server {
    pub database: TestDatabase,
    pub address: SocketAddr,
    pub http: reqwest::Client,
    pub process: Process,
    settings: Vec<(String, String)>,
}

impl Server {
    /// Starts on a new database and waits until it answers.
    pub async fn start(engine: Engine) -> Self {
        Self::start_at(engine, free_address(), &[]).await
    }

    /// The same at an address that was chosen before, with more settings.
    pub async fn start_at(engine: Engine, address: SocketAddr, settings: &[(&str, String)]) -> Self {
        Self::start_with(engine, address, settings, &["serve"]).await
    }

    /// The same with other arguments, such as `serve --no-worker`.
    pub async fn start_with(
        engine: Engine,
        address: SocketAddr,
        settings: &[(&str, String)],
        arguments: &[&str],
    ) -> Self {
        let database = TestDatabase::unmigrated(engine).await;
        let settings: Vec<(String, String)> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let mut command = timetap(&database.url, address);
        command.envs(settings.clone()).args(arguments);
        let mut server = Self::run(database, address, &mut command).await;
        server.settings = settings;
        server
    }

    /// Runs `command`, which serves `database` at `address`, and waits until it answers.
    pub async fn run(database: TestDatabase, address: SocketAddr, command: &mut Command) -> Self {
        let process = Process::start(command);
        let mut server = Self {
            database,
            address,
            http: build_client(Timeouts::default()).unwrap(),
            process,
            settings: Vec::new(),
        };
        server.wait_until_healthy().await;
        server
    }

    /// The binary with the settings of this server, for another process of it.
    pub fn command(&self) -> Command {
        let mut command = timetap(&self.database.url, self.address);
        command.envs(self.settings.clone());
        command
    }

    /// Another replica on the same database.
    pub fn replica(&self) -> (Process, SocketAddr) {
        let address = free_address();
        (
            Process::start(
                timetap(&self.database.url, address)
                    .envs(self.settings.clone())
                    .arg("serve"),
            ),
            address,
        )
    }

    pub async fn wait_until_healthy(&mut self) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.has_ended() {
                panic!("the server ended with {status}: {}", self.process.said());
            }
            if let Ok(answer) = self.http.get(self.url("/readyz")).send().await
                && answer.status().is_success()
            {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "the server did not become healthy"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for another replica.
    pub async fn wait_until_answers(&self, address: SocketAddr) {
        let begun = Instant::now();
        while self.http.get(format!("http://{address}/healthz")).send().await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the replica does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sends SIGTERM and comes back at once.
    pub fn ask_to_stop(&self) {
        self.process.signal("TERM");
    }

    /// Sends SIGTERM and waits for the end; returns whether it ended in order, and what it logged.
    pub fn terminate(mut self) -> (bool, String) {
        self.ask_to_stop();
        self.wait_for_the_end()
    }

    /// Waits for the end of a server that was asked to stop; returns whether it ended in order, and what it logged.
    pub fn wait_for_the_end(&mut self) -> (bool, String) {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.process.has_ended() {
                break status;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the server did not stop");
            std::thread::sleep(Duration::from_millis(20));
        };
        (status.success(), self.process.said())
    }
}

/// Ports for the programs of tests. Below those that the system gives to whoever connects to somewhere, of which one could be
/// taken between the choice and the program's start (Linux: from 32768 on, `net.ipv4.ip_local_port_range`).
const PORTS: std::ops::Range<u32> = 10_240..32_768;
/// How far apart the first choices of two processes that were started one after the other are.
const APART: u32 = 41;
/// How many this process has chosen.
static CHOSEN: AtomicU32 = AtomicU32::new(0);

/// A port of this machine that nobody uses right now, and that no other test is about to choose.
pub fn free_address() -> SocketAddr {
    let first = std::process::id().wrapping_mul(APART);
    for _ in PORTS {
        let next = first.wrapping_add(CHOSEN.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + next % (PORTS.end - PORTS.start);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, u16::try_from(port).unwrap()));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("every port of {PORTS:?} is in use")
}

/// The binary with sound settings and nothing else of the surrounding environment.
pub fn timetap(database_url: &str, listen: SocketAddr) -> Command {
    // By way of a shell that allows few open files, as many systems do at first.
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -Sn 128; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_timetap"),
    ]);
    command.env_clear();
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Ok(value) = std::env::var(name) {
            command.env(name, value);
        }
    }
    command
        .env("DATABASE_URL", database_url)
        .env("TIMETAP_LISTEN", listen.to_string())
        .env("TIMETAP_PUBLIC_URL", format!("http://{listen}"))
        .env("TIMETAP_KEYS", format!("test:{}", "07".repeat(32)))
        .env("TIMETAP_SMTP_HOST", "127.0.0.1")
        .env("TIMETAP_SMTP_PORT", "1")
        .env("TIMETAP_SMTP_ENCRYPTION", "none")
        .env("LEPTOS_HASH_FILES", "false");
    command
}
