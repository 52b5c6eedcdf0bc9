//! What a sandbox is started with: addresses, the registered OAuth client, and the ports for time and randomness.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use timetap_core::{clock::Clock, entropy::Entropy};

use crate::stripe::options::StripeOptions;

/// Google's published request quotas, per sliding minute (since 2026-05-01).
#[derive(Clone, Copy, Debug)]
pub struct Quotas {
    /// Calendar API requests per minute of one user in the project.
    pub per_user_minute: usize,
    /// Calendar API requests per minute of the whole project.
    pub per_project_minute: usize,
}

impl Quotas {
    /// As if there were none.
    pub const UNLIMITED: Self = Self {
        per_user_minute: usize::MAX,
        per_project_minute: usize::MAX,
    };
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            per_user_minute: 600,
            per_project_minute: 10_000,
        }
    }
}

/// Everything the sandbox needs to know before it starts.
#[derive(Clone)]
pub struct SandboxOptions {
    /// Where Google, the control page and the inbox page listen; port 0 takes any free port.
    pub http_addr: SocketAddr,
    /// Where the SMTP server listens; port 0 takes any free port.
    pub smtp_addr: SocketAddr,
    /// The address browsers and clients reach the sandbox at; `http://{http_addr}` when absent.
    pub public_url: Option<String>,
    /// JSON file that keeps the state over a restart; nothing is kept when absent.
    pub state_file: Option<PathBuf>,
    /// The one registered OAuth client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Its registered redirect addresses, compared exactly.
    pub redirect_uris: Vec<String>,
    /// Source of time for tokens, quotas, event stamps and the ledger.
    pub clock: Clock,
    /// Source of tokens, codes, ids and dice for faults.
    pub entropy: Entropy,
    /// How long a Meet conference stays pending; zero answers `success` at once.
    pub meet_delay: Duration,
    /// First pause before a notification is sent again after a 5xx answer; doubles each time.
    pub notification_retry: Duration,
    /// Request quotas of the Calendar API.
    pub quotas: Quotas,
    /// The stand-in Stripe.
    pub stripe: StripeOptions,
}

impl SandboxOptions {
    /// Loopback on free ports, nothing kept, client `timetap.apps.sandbox.test` with secret `sandbox-secret`.
    pub fn new(clock: Clock, entropy: Entropy) -> Self {
        Self {
            http_addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            smtp_addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: None,
            state_file: None,
            client_id: "timetap.apps.sandbox.test".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            redirect_uris: Vec::new(),
            clock,
            entropy,
            meet_delay: Duration::from_millis(300),
            notification_retry: Duration::from_secs(1),
            quotas: Quotas::default(),
            stripe: StripeOptions::default(),
        }
    }
}
