//! `timetap doctor` beside a host whose calendar is connected, with a Google and a mailbox of the sandbox.

use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use timetap_core::clock::Clock;
use timetap_providers::http::{Timeouts, build_client};
use timetap_testing::{Engine, HostScene, TestProgram, connect_google};
use timetap_usecases::jobs::run_due_jobs;
use uuid::Uuid;

use super::{free_address, timetap};

/// What the doctor says, and how the program ended.
pub struct Diagnosis {
    pub report: Value,
    pub code: i32,
}

impl Diagnosis {
    /// The finding about this, if there is one.
    pub fn find(&self, group: &str, check: &str) -> Option<&Value> {
        let findings = self.report["findings"].as_array().unwrap();
        findings
            .iter()
            .find(|finding| finding["group"] == group && finding["check"] == check)
    }

    /// Its status, and what to do.
    pub fn about(&self, group: &str, check: &str) -> (&str, &str) {
        let finding = self
            .find(group, check)
            .unwrap_or_else(|| panic!("nothing about {group}/{check}: {:#}", self.report));
        (
            finding["status"].as_str().unwrap(),
            finding["fix"].as_str().unwrap_or_default(),
        )
    }
}

pub struct DoctorScene {
    pub program: TestProgram,
    pub address: SocketAddr,
    pub settings: Vec<(String, String)>,
}

impl DoctorScene {
    pub async fn start(engine: Engine) -> Self {
        let program = TestProgram::start(engine).await;
        // The doctor looks with the machine's clock.
        program.app.clock.set(Clock::system().now());
        let anna = HostScene::new(Uuid::from_u128(0xa), "anna");
        anna.insert(&program.app).await;
        connect_google(&program.app, anna.id, Uuid::from_u128(0x5e), "ada@sandbox.test")
            .await
            .unwrap();
        run_due_jobs(&program.app).await.unwrap();
        let smtp = program.sandbox.smtp_addr();
        let settings = [
            ("TIMETAP_GOOGLE_CLIENT_ID", "test-client".to_owned()),
            ("TIMETAP_GOOGLE_CLIENT_SECRET", "test-secret".to_owned()),
            ("TIMETAP_GOOGLE_BASE_URL", program.sandbox.base_url()),
            ("TIMETAP_SMTP_HOST", smtp.ip().to_string()),
            ("TIMETAP_SMTP_PORT", smtp.port().to_string()),
            ("TIMETAP_MAIL_FROM", "timetap@timetap.test".to_owned()),
        ];
        Self {
            program,
            address: free_address(),
            settings: settings.map(|(name, value)| (name.to_owned(), value)).into(),
        }
    }

    pub fn command(&self) -> Command {
        let mut command = timetap(&self.program.database.url, self.address);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.current_dir(env!("CARGO_TARGET_TMPDIR"));
        command.stdin(Stdio::null());
        command
    }

    /// Starts `timetap serve` and waits until it answers.
    pub async fn serve(&self) -> Serving {
        // Leptos.toml is looked for where the program is started.
        let mut command = self.command();
        command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("serve");
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let serving = Serving(child);
        let http = build_client(Timeouts::default()).unwrap();
        let begun = Instant::now();
        while http
            .get(format!("http://{}/healthz", self.address))
            .send()
            .await
            .is_err()
        {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server did not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        serving
    }

    /// Runs the doctor with these settings on top.
    pub async fn examine(&self, changes: &[(&str, &str)]) -> Diagnosis {
        self.examine_with(changes, &[]).await
    }

    /// Runs the doctor with these settings and arguments on top.
    pub async fn examine_with(&self, changes: &[(&str, &str)], arguments: &[&str]) -> Diagnosis {
        let mut command = self.command();
        command.envs(changes.iter().copied());
        command.args(["doctor", "--json"]).args(arguments);
        let output = run(command).await;
        let said = String::from_utf8(output.stdout).unwrap();
        Diagnosis {
            report: serde_json::from_str(&said)
                .unwrap_or_else(|error| panic!("{error}: {said} {}", String::from_utf8_lossy(&output.stderr))),
            code: output.status.code().unwrap(),
        }
    }
}

/// Runs a command to its end while the sandbox goes on answering.
pub async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

/// A server that ends with the test.
pub struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
