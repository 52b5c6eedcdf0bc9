//! The operator's settings: from `timetap.toml` and the environment, checked before anything starts.
//!
//! Every setting is documented in `timetap.example.toml`. In the environment a setting is `TIMETAP_` and its name in
//! capitals; the database address is also read from the customary `DATABASE_URL`.

mod keys;
mod parts;
mod raw;
mod watch;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use secrecy::SecretString;
use timetap_providers::google::GoogleEndpoints;
use timetap_providers::mail::SmtpSettings;
use timetap_usecases::platform::cause::join_traces_by;
use timetap_usecases::{Keyring, Settings};
use url::Url;

use crate::observe::logging::start_logging;
use crate::observe::traces::{Traces, join_trace};

pub use keys::parse_keys;
pub use parts::Parts;
pub use raw::RawConfig;
pub use watch::WatchConfig;

/// Checked settings.
#[derive(Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// `sqlite:…` or `postgres://…`.
    pub database_url: String,
    /// What use cases need to know.
    pub settings: Settings,
    /// Keys that seal secrets at rest.
    pub keys: Keyring,
    /// Google, where configured.
    pub google: Option<GoogleConfig>,
    /// Stripe, where configured.
    pub stripe: Option<StripeConfig>,
    /// Outgoing mail.
    pub smtp: SmtpSettings,
    /// Proxies whose `X-Forwarded-For` and `X-Request-Id` are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Probes and metrics.
    pub watch: WatchConfig,
    /// The collector of traces.
    pub otlp_endpoint: Option<Url>,
    /// What to log, in the syntax of tracing's filters.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
}

/// The operator's Google project.
#[derive(Debug)]
pub struct GoogleConfig {
    /// From the project's credentials page.
    pub client_id: String,
    /// Likewise.
    pub client_secret: SecretString,
    /// Google itself, or a stand-in.
    pub endpoints: GoogleEndpoints,
}

/// The operator's Stripe account.
#[derive(Debug)]
pub struct StripeConfig {
    /// From the account's API keys.
    pub secret_key: SecretString,
    /// Stripe itself, or a stand-in.
    pub base_url: Url,
}

impl Config {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// A sentence that names the setting that is wrong or missing.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        Self::check(RawConfig::read(file)?)
    }

    /// Checks settings that were read already.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn check(raw: RawConfig) -> anyhow::Result<Self> {
        Parts::of(raw).into_config()
    }

    /// Starts logging to standard error. A second call changes nothing.
    pub fn start_logging(&self) {
        start_logging(&self.log, self.log_json, &Traces::default());
    }

    /// Starts logging, and tracing where there is a collector: for what goes on for long. Finish the traces at the end.
    ///
    /// # Errors
    /// The way to the collector cannot be prepared. That it is away is no error.
    pub fn start_observing(&self) -> anyhow::Result<Traces> {
        let traces = match &self.otlp_endpoint {
            Some(endpoint) => {
                join_traces_by(join_trace);
                Traces::to(endpoint)?
            }
            None => Traces::default(),
        };
        start_logging(&self.log, self.log_json, &traces);
        Ok(traces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> RawConfig {
        RawConfig {
            public_url: Some("https://book.example.org".into()),
            keys: Some(format!("k1:{}", "ab".repeat(32))),
            smtp_host: Some("mail.example.org".into()),
            ..RawConfig::default()
        }
    }

    fn complaint(change: impl FnOnce(&mut RawConfig)) -> String {
        let mut raw = sound();
        change(&mut raw);
        format!("{:#}", Config::check(raw).unwrap_err())
    }

    #[test]
    fn sound_settings_start() {
        let config = Config::check(sound()).unwrap();
        assert_eq!(config.listen.port(), 3000);
        assert_eq!(config.smtp.port, 587);
        assert!(config.google.is_none() && config.stripe.is_none());
        assert!(config.settings.is_https());
    }

    #[test]
    fn every_wrong_setting_is_named() {
        for (complaint, name) in [
            (complaint(|raw| raw.public_url = None), "public_url"),
            (
                complaint(|raw| raw.public_url = Some("book.example.org".into())),
                "public_url",
            ),
            (
                complaint(|raw| raw.public_url = Some("https://example.org/book".into())),
                "public_url",
            ),
            (complaint(|raw| raw.keys = None), "keys"),
            (complaint(|raw| raw.keys = Some("k1:abc".into())), "keys"),
            (complaint(|raw| raw.listen = Some("3000".into())), "listen"),
            (
                complaint(|raw| raw.database_url = Some("mysql://x".into())),
                "database_url",
            ),
            (
                complaint(|raw| raw.google_client_id = Some("x".into())),
                "google_client_secret",
            ),
            (
                complaint(|raw| raw.google_client_secret = Some("x".into())),
                "google_client_id",
            ),
            (
                complaint(|raw| raw.stripe_secret_key = Some("sk_test_1".into())),
                "stripe_webhook_secrets",
            ),
            (
                complaint(|raw| {
                    raw.stripe_secret_key = Some("pk_test_1".into());
                    raw.stripe_webhook_secrets = Some("whsec_1".into());
                }),
                "stripe_secret_key",
            ),
            (
                complaint(|raw| {
                    raw.stripe_secret_key = Some("sk_test_1".into());
                    raw.stripe_webhook_secrets = Some("whsec_1, sk_test_1".into());
                }),
                "stripe_webhook_secrets",
            ),
            (
                complaint(|raw| raw.stripe_webhook_secrets = Some("whsec_1".into())),
                "stripe_secret_key",
            ),
            (complaint(|raw| raw.smtp_host = None), "smtp_host"),
            (
                complaint(|raw| raw.smtp_encryption = Some("ssl".into())),
                "smtp_encryption",
            ),
            (complaint(|raw| raw.smtp_username = Some("x".into())), "smtp_password"),
            (
                complaint(|raw| raw.trusted_proxies = Some("localhost".into())),
                "trusted_proxies",
            ),
            (
                complaint(|raw| raw.templates_dir = Some("/does/not/exist".into())),
                "templates_dir",
            ),
            (complaint(|raw| raw.job_lease_seconds = Some(1)), "job_lease_seconds"),
            (
                complaint(|raw| raw.metrics_listen = Some("9100".into())),
                "metrics_listen",
            ),
            (
                complaint(|raw| raw.otlp_endpoint = Some("localhost:4318".into())),
                "otlp_endpoint",
            ),
            (
                complaint(|raw| raw.metrics_token = Some("short".into())),
                "metrics_token",
            ),
            (
                complaint(|raw| raw.mail_grace_seconds = Some(601)),
                "mail_grace_seconds",
            ),
        ] {
            assert!(complaint.contains(name), "{name} is not named in: {complaint}");
        }
    }

    #[test]
    fn all_wrong_settings_are_found_at_once_and_the_sound_ones_stand() {
        let parts = Parts::of(RawConfig {
            public_url: Some("ftp://x".into()),
            listen: Some("3000".into()),
            smtp_encryption: Some("ssl".into()),
            mail_grace_seconds: Some(601),
            ..sound()
        });
        let wrong: Vec<_> = parts.problems.iter().map(|problem| problem.setting).collect();
        assert_eq!(wrong, ["public_url", "listen", "mail_grace_seconds", "smtp_encryption"]);
        assert!(parts.database_url.is_some() && parts.keys.is_some());
        assert!(parts.public_url.is_none() && parts.listen.is_none() && parts.smtp.is_none());
    }
}
