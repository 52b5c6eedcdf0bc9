//! The real program with everything around it: Google and mailbox of the sandbox, a log of all it says, other commands
//! beside it, and other settings after a restart.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_providers::http::{Timeouts, build_client};
use timetap_sandbox::{Sandbox, SandboxOptions, StripeOptions, WebhookEndpoint};
use timetap_testing::{Engine, STRIPE_SIGNING_SECRET, TestDatabase};

use super::browser::{PASSWORD, profile};
use super::visitor::{Visitor, between};
use super::{free_address, timetap};

/// The secret of the OAuth client.
pub const CLIENT_SECRET: &str = "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y-may-see";
/// The password for the mail server.
pub const SMTP_PASSWORD: &str = "smtp-password-that-nobody-may-see";
/// The key that the program starts with, in hexadecimal digits.
pub const FIRST_KEY: &str = "7f0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A running `timetap serve` and its surroundings.
pub struct WholeProgram {
    /// Its Google and its mailbox.
    pub sandbox: Sandbox,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its settings, by the names of their variables.
    pub settings: Vec<(String, String)>,
    /// Its database.
    pub database: TestDatabase,
    folder: TempDir,
    http: reqwest::Client,
    child: Option<Child>,
}

impl WholeProgram {
    /// Starts everything and waits until the program answers. Clients behind 127.0.0.1 say by `X-Forwarded-For` who they are.
    pub async fn start(engine: Engine, settings: &[(&str, &str)]) -> Self {
        Self::start_as(engine, settings, false).await
    }

    /// The same with a Stripe, so that what costs something can be paid.
    pub async fn start_with_stripe(engine: Engine) -> Self {
        Self::start_with_stripe_and(engine, &[]).await
    }

    /// The same with more settings.
    pub async fn start_with_stripe_and(engine: Engine, settings: &[(&str, &str)]) -> Self {
        Self::start_as(engine, settings, true).await
    }

    async fn start_as(engine: Engine, settings: &[(&str, &str)], has_stripe: bool) -> Self {
        let address = free_address();
        let public_url = format!("http://{address}");
        let options = SandboxOptions {
            redirect_uris: vec![format!("{public_url}/api/google/calendar/callback")],
            client_id: "the-client".to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            stripe: StripeOptions {
                webhook_endpoints: vec![WebhookEndpoint::new(
                    format!("{public_url}/api/stripe/webhooks"),
                    STRIPE_SIGNING_SECRET,
                )],
                ..StripeOptions::default()
            },
            ..SandboxOptions::new(Clock::system(), Entropy::system())
        };
        let sandbox = timetap_sandbox::start(options).await.unwrap();
        let smtp = sandbox.smtp_addr();
        let base = [
            ("TIMETAP_PUBLIC_URL", public_url),
            ("TIMETAP_KEYS", format!("first:{FIRST_KEY}")),
            ("TIMETAP_GOOGLE_CLIENT_ID", "the-client".to_owned()),
            ("TIMETAP_GOOGLE_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("TIMETAP_GOOGLE_BASE_URL", sandbox.base_url()),
            ("TIMETAP_SMTP_HOST", smtp.ip().to_string()),
            ("TIMETAP_SMTP_PORT", smtp.port().to_string()),
            ("TIMETAP_SMTP_USERNAME", "timetap".to_owned()),
            ("TIMETAP_SMTP_PASSWORD", SMTP_PASSWORD.to_owned()),
            ("TIMETAP_MAIL_GRACE_SECONDS", "1".to_owned()),
            ("TIMETAP_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ];
        let stripe = [
            ("TIMETAP_STRIPE_SECRET_KEY", StripeOptions::default().secret_key),
            ("TIMETAP_STRIPE_WEBHOOK_SECRETS", STRIPE_SIGNING_SECRET.to_owned()),
            ("TIMETAP_STRIPE_BASE_URL", sandbox.stripe_url()),
        ];
        let own = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings = base
            .into_iter()
            .chain(stripe.into_iter().filter(|_| has_stripe))
            .map(|(name, value)| (name.to_owned(), value))
            .chain(own)
            .collect();
        let folder = tempfile::tempdir().unwrap();
        make_site(folder.path());
        let mut program = Self {
            sandbox,
            address,
            settings,
            database: TestDatabase::unmigrated(engine).await,
            folder,
            http: build_client(Timeouts::default()).unwrap(),
            child: None,
        };
        program.serve().await;
        program
    }

    /// Changes a setting, for what is started from here on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Starts `timetap serve` with the settings as they are now.
    pub async fn serve(&mut self) {
        self.serve_with(&[]).await;
    }

    /// The same, with more arguments.
    pub async fn serve_with(&mut self, arguments: &[&str]) {
        let log = File::options().create(true).append(true).open(self.log_file()).unwrap();
        let out = File::options().create(true).append(true).open(self.out_file()).unwrap();
        let mut child = self
            .command(&["serve"])
            .args(arguments)
            .stdout(out)
            .stderr(log)
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while self.http.get(self.url("/healthz")).send().await.is_err() {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("the server ended with {status}: {}", self.log());
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "the server did not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.child = Some(child);
    }

    /// Stops the server in order.
    pub async fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let stopping = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
        assert!(stopping.unwrap().success());
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the server did not stop");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs another command of the program to its end.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap()
    }

    /// Makes an account with [`PASSWORD`].
    pub fn add_person(&self, email: &str, name: &str, role: &str) {
        let arguments = [
            "user",
            "create",
            "--email",
            email,
            "--name",
            name,
            "--role",
            role,
            "--password-stdin",
        ];
        let mut command = self.command(&arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        drop(input);
        assert!(child.wait().unwrap().success());
    }

    /// The first administrator, made by the printed link, with a page at `/anna`.
    pub async fn set_up_host(&self, ip: &str, email: &str, password: &str) -> Visitor {
        let host = self.visitor(ip);
        let said = self.said();
        let token = between(&said, "/setup?token=", "\n")[0].trim();
        let fields = [("name", "Anna"), ("email", email), ("password", password)];
        host.post(&format!("/setup?token={token}"), &fields).await.location();
        host.post("/host/profile", &profile("anna")).await.location();
        host
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = timetap(&self.database.url, self.address);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Somebody with a browser and a network address of their own.
    pub fn visitor(&self, ip: &str) -> Visitor {
        Visitor::new(self.http.clone(), self.url(""), ip)
    }

    /// All that was logged so far, by every start.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// All that stood on standard output so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.out_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn out_file(&self) -> PathBuf {
        self.folder.path().join("out")
    }
}

/// A site as a build leaves it, with small files in the place of the compiled ones.
fn make_site(folder: &Path) {
    let site = folder.join("site");
    for part in ["pkg", "fonts"] {
        std::fs::create_dir_all(site.join(part)).unwrap();
    }
    for (name, content) in [
        ("pkg/timetap.css", "body { margin: 0 }"),
        ("pkg/timetap.js", "export {}"),
        ("pkg/timetap.wasm", "\0asm"),
        ("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("robots.txt", "User-agent: *"),
        ("fonts/inter-latin.woff2", "wOF2"),
    ] {
        std::fs::write(site.join(name), content).unwrap();
    }
    let settings = include_str!("../../Leptos.toml").replace("target/site", site.to_str().unwrap());
    assert!(settings.contains(site.to_str().unwrap()), "{settings}");
    std::fs::write(folder.join("Leptos.toml"), settings).unwrap();
}

impl Drop for WholeProgram {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
