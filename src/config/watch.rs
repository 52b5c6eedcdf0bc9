//! The settings of probes and metrics.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;

/// Who may read the metrics, and when a process calls itself ready.
#[derive(Clone, Debug)]
pub struct WatchConfig {
    /// An own listener for metrics and probes, for the operator's network.
    pub listen: Option<SocketAddr>,
    /// Who sends this as a bearer token may read the metrics among the pages.
    pub token: Option<SecretString>,
    /// How long a due job may wait; zero for any time.
    pub ready_queue: Duration,
}

impl Default for WatchConfig {
    /// Nobody reads, and a due job may wait for fifteen minutes.
    fn default() -> Self {
        Self {
            listen: None,
            token: None,
            ready_queue: Duration::from_mins(15),
        }
    }
}

impl WatchConfig {
    /// Shorter tokens could be guessed.
    pub const SHORTEST_TOKEN: usize = 16;

    /// Whether anybody may read the metrics.
    pub fn is_read(&self) -> bool {
        self.listen.is_some() || self.token.is_some()
    }
}
