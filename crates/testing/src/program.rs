//! The whole program on a test database, with its own sandbox, a clock that stands still and repeatable randomness.

use std::time::Duration;

use jiff::Timestamp;
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_providers::google::{GoogleClient, GoogleCredentials, GoogleEndpoints};
use timetap_providers::http::{Timeouts, build_client};
use timetap_providers::mail::{Encryption, MailTransport, SmtpSettings};
use timetap_providers::stripe::StripeClient;
use timetap_sandbox::{Quotas, Sandbox, SandboxOptions, StripeOptions};
use timetap_store::{Database, Engine};
use timetap_usecases::jobs::signal::JobSignal;
use timetap_usecases::orders::LookLimit;
use timetap_usecases::platform::settings::MailFrom;
use timetap_usecases::{Keyring, Settings, TimeTap};
use url::Url;

use crate::database::TestDatabase;

/// The public address that the program believes in.
pub const PUBLIC_URL: &str = "http://timetap.test";

/// What the sandbox's Stripe signs its messages with, where a test lets it send any.
pub const STRIPE_SIGNING_SECRET: &str = "whsec_of_the_tests";

/// A composed TimeTap and what it talks to. Time stands at 2026-11-20 10:00 UTC (a Friday) until a test moves it.
pub struct TestProgram {
    /// The program.
    pub app: std::sync::Arc<TimeTap>,
    /// Its Google and its mailbox.
    pub sandbox: Sandbox,
    /// Its database.
    pub database: TestDatabase,
}

/// What a test may want otherwise than most.
#[derive(Clone, Debug)]
pub struct ProgramOptions {
    /// How long the program waits for Google.
    pub timeouts: Timeouts,
    /// How long a Meet link takes at Google; zero puts it into the first answer.
    pub meet_delay: Duration,
    /// How long busy times count as fresh.
    pub busy_cache: Option<Duration>,
    /// How often Google may be asked.
    pub quotas: Quotas,
    /// Whether Stripe is configured. Its clock is the program's then, and so is the whole sandbox's: signatures and the ends
    /// of sessions are judged by it.
    pub stripe: bool,
    /// Where the sandbox's work is done; beside the program's own unless this is said.
    pub sandbox_on: Option<tokio::runtime::Handle>,
}

impl Default for ProgramOptions {
    /// As shipped.
    fn default() -> Self {
        Self {
            timeouts: Timeouts::default(),
            meet_delay: Duration::from_millis(300),
            busy_cache: None,
            quotas: Quotas::default(),
            stripe: false,
            sandbox_on: None,
        }
    }
}

impl TestProgram {
    /// Starts a sandbox on free ports and composes the program on a new database.
    ///
    /// # Panics
    /// When a part cannot be had.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, ProgramOptions::default()).await
    }

    /// The same, a little different.
    ///
    /// # Panics
    /// When a part cannot be had.
    pub async fn start_with(engine: Engine, wanted: ProgramOptions) -> Self {
        let database = TestDatabase::new(engine).await;
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let clock = Clock::fixed(now);
        let entropy = Entropy::seeded(7);
        let callback = format!("{PUBLIC_URL}/api/google/calendar/callback");
        let sandbox_clock = if wanted.stripe { clock.clone() } else { Clock::system() };
        let options = SandboxOptions {
            redirect_uris: vec![callback.clone()],
            client_id: "test-client".to_owned(),
            client_secret: "test-secret".to_owned(),
            meet_delay: wanted.meet_delay,
            quotas: wanted.quotas,
            ..SandboxOptions::new(sandbox_clock, Entropy::seeded(11))
        };
        let starting = timetap_sandbox::start(options);
        let sandbox = match &wanted.sandbox_on {
            Some(elsewhere) => elsewhere.spawn(starting).await.expect("the sandbox does not panic"),
            None => starting.await,
        };
        let sandbox = sandbox.expect("the sandbox starts");
        let base: Url = sandbox.base_url().parse().unwrap();
        let google = google_at(&base, wanted.timeouts);
        let mut settings = Settings::new(
            PUBLIC_URL.parse().unwrap(),
            MailFrom {
                name: "TimeTap".to_owned(),
                address: "timetap@timetap.test".to_owned(),
            },
        );
        settings.stripe_webhook_secrets = vec![STRIPE_SIGNING_SECRET.to_owned().into()];
        settings.busy_cache = wanted.busy_cache.unwrap_or(settings.busy_cache);
        let app = TimeTap {
            db: database.db.clone(),
            clock,
            entropy,
            keys: Keyring::new(vec![("test".to_owned(), [7; 32])]).expect("a keyring"),
            settings,
            google: Some(google),
            stripe: wanted.stripe.then(|| stripe_at(&sandbox, wanted.timeouts)),
            mail: mail_to(&sandbox),
            signal: JobSignal::default(),
            looks: LookLimit::default(),
        };
        Self {
            app: std::sync::Arc::new(app),
            sandbox,
            database,
        }
    }

    /// Another program on the same database, by connections of its own and with the same clock, as a replica is.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn replica(&self) -> TimeTap {
        let app = &self.app;
        TimeTap {
            db: Database::connect(&self.database.url)
                .await
                .expect("the database answers"),
            clock: app.clock.clone(),
            entropy: Entropy::system(),
            keys: app.keys.clone(),
            settings: app.settings.clone(),
            google: app.google.clone(),
            stripe: app.stripe.clone(),
            mail: mail_to(&self.sandbox),
            signal: JobSignal::default(),
            looks: LookLimit::default(),
        }
    }

    /// The same program, which takes another address for Google's, or waits for it otherwise.
    ///
    /// # Panics
    /// When a client cannot be made.
    pub fn towards(&self, google: &str, timeouts: Timeouts) -> TimeTap {
        let app = &self.app;
        TimeTap {
            db: app.db.clone(),
            clock: app.clock.clone(),
            entropy: app.entropy.clone(),
            keys: app.keys.clone(),
            settings: app.settings.clone(),
            google: Some(google_at(&google.parse().unwrap(), timeouts)),
            stripe: app.stripe.clone(),
            mail: mail_to(&self.sandbox),
            signal: app.signal.clone(),
            looks: app.looks.clone(),
        }
    }
}

fn google_at(base: &Url, timeouts: Timeouts) -> GoogleClient {
    let credentials = GoogleCredentials {
        client_id: "test-client".to_owned(),
        client_secret: "test-secret".to_owned().into(),
    };
    let callback = format!("{PUBLIC_URL}/api/google/calendar/callback");
    let http = build_client(timeouts).expect("an HTTP client");
    GoogleClient::new(credentials, GoogleEndpoints::at(base), callback.parse().unwrap(), http).expect("a Google client")
}

fn stripe_at(sandbox: &Sandbox, timeouts: Timeouts) -> StripeClient {
    let key = StripeOptions::default().secret_key.into();
    let http = build_client(timeouts).expect("an HTTP client");
    StripeClient::new(&key, &sandbox.stripe_url().parse().unwrap(), http).expect("a Stripe client")
}

fn mail_to(sandbox: &Sandbox) -> MailTransport {
    let smtp = SmtpSettings {
        host: sandbox.smtp_addr().ip().to_string(),
        port: sandbox.smtp_addr().port(),
        encryption: Encryption::None,
        username: None,
        password: None,
        timeout: Duration::from_secs(5),
    };
    MailTransport::new(smtp).expect("a mail transport")
}
