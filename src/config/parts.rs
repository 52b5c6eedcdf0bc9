//! Checks every setting by itself, so that all that are wrong can be named at once and the sound ones can be used.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::bail;
use secrecy::SecretString;
use timetap_providers::google::GoogleEndpoints;
use timetap_providers::mail::{Encryption, SmtpSettings};
use timetap_providers::stripe::StripeClient;
use timetap_usecases::platform::settings::MailFrom;
use timetap_usecases::{Keyring, Settings};
use url::Url;

use super::{Config, GoogleConfig, RawConfig, StripeConfig, WatchConfig, parse_keys};

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its name.
    pub setting: &'static str,
    /// What is wrong, naming it.
    pub what: String,
    /// What to write instead.
    pub fix: String,
}

/// The settings one by one: what is wrong is `None` and stands among the problems.
#[derive(Debug, Default)]
pub struct Parts {
    /// Where people reach TimeTap.
    pub public_url: Option<Url>,
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// `sqlite:…` or `postgres://…`.
    pub database_url: Option<String>,
    /// Keys that seal secrets at rest.
    pub keys: Option<Keyring>,
    /// Whether the key of the example file is among them, which everybody knows.
    pub has_example_key: bool,
    /// Google, where configured.
    pub google: Option<GoogleConfig>,
    /// Stripe, where configured.
    pub stripe: Option<StripeConfig>,
    /// What Stripe signs its messages with.
    pub stripe_webhook_secrets: Vec<SecretString>,
    /// Outgoing mail.
    pub smtp: Option<SmtpSettings>,
    /// Who sends the mails.
    pub mail_from: Option<MailFrom>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Probes and metrics.
    pub watch: WatchConfig,
    /// The collector of traces.
    pub otlp_endpoint: Option<Url>,
    /// What to log.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
    /// What is wrong, in the order of the checks.
    pub problems: Vec<Problem>,
    templates_dir: Option<PathBuf>,
    job_lease: Option<Duration>,
    mail_grace: Option<Duration>,
}

impl Parts {
    /// Checks `raw`.
    pub fn of(raw: RawConfig) -> Self {
        let mut parts = Self {
            log: raw.log.clone().unwrap_or_else(|| "info".to_owned()),
            log_json: raw.log_json.unwrap_or(false),
            ..Self::default()
        };
        parts.check_public_url(raw.public_url.clone());
        parts.check_listen(raw.listen.clone());
        parts.check_database_url(raw.database_url.clone());
        parts.check_keys(raw.keys.clone());
        parts.check_templates_dir(raw.templates_dir.clone());
        parts.job_lease = parts.seconds("job_lease_seconds", raw.job_lease_seconds, (2, 3600));
        parts.mail_grace = parts.seconds("mail_grace_seconds", raw.mail_grace_seconds, (0, 600));
        parts.check_google(&raw);
        parts.check_stripe(&raw);
        parts.check_mail(raw.clone());
        parts.check_watch(&raw);
        parts.check_trusted_proxies(raw.trusted_proxies.unwrap_or_default().as_str());
        parts
    }

    /// All settings together.
    ///
    /// # Errors
    /// The first problem.
    pub fn into_config(self) -> anyhow::Result<Config> {
        if let Some(Problem { what, fix, .. }) = self.problems.first() {
            bail!("{what}: {fix}");
        }
        let (Some(public_url), Some(listen), Some(database_url), Some(keys), Some(smtp), Some(mail_from)) = (
            self.public_url,
            self.listen,
            self.database_url,
            self.keys,
            self.smtp,
            self.mail_from,
        ) else {
            bail!("the settings are incomplete");
        };
        let mut settings = Settings::new(public_url, mail_from);
        settings.templates_dir = self.templates_dir;
        settings.stripe_webhook_secrets = self.stripe_webhook_secrets;
        settings.job_lease = self.job_lease.unwrap_or(settings.job_lease);
        settings.mail_grace = self.mail_grace.unwrap_or(settings.mail_grace);
        Ok(Config {
            listen,
            database_url,
            settings,
            keys,
            google: self.google,
            stripe: self.stripe,
            smtp,
            trusted_proxies: self.trusted_proxies,
            watch: self.watch,
            otlp_endpoint: self.otlp_endpoint,
            log: self.log,
            log_json: self.log_json,
        })
    }

    fn problem(&mut self, setting: &'static str, what: impl Into<String>, fix: impl Into<String>) {
        self.problems.push(Problem {
            setting,
            what: what.into(),
            fix: fix.into(),
        });
    }

    fn required(&mut self, setting: &'static str, value: Option<String>, what: &str) -> Option<String> {
        let value = value.filter(|value| !value.trim().is_empty());
        if value.is_none() {
            self.problem(
                setting,
                format!("{setting} is not set"),
                format!(
                    "set {setting} in timetap.toml, or TIMETAP_{} in the environment, to {what}",
                    setting.to_uppercase()
                ),
            );
        }
        value
    }

    fn parsed<T: FromStr>(&mut self, setting: &'static str, text: &str, example: &str) -> Option<T> {
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.problem(
                setting,
                format!("{setting} cannot be read: {text:?}"),
                format!("write {example}"),
            );
        }
        parsed
    }

    fn seconds(&mut self, setting: &'static str, value: Option<u64>, (least, most): (u64, u64)) -> Option<Duration> {
        let value = value?;
        if (least..=most).contains(&value) {
            return Some(Duration::from_secs(value));
        }
        self.problem(
            setting,
            format!("{setting} is {value}"),
            format!("choose a number from {least} to {most}"),
        );
        None
    }

    fn check_public_url(&mut self, value: Option<String>) {
        let what = "the address people reach TimeTap at, such as https://book.example.org";
        let Some(text) = self.required("public_url", value, what) else {
            return;
        };
        let fix = "write the bare address, such as https://book.example.org (http:// on your own machine only)";
        match text.parse::<Url>() {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => {
                if url.path() == "/" && url.query().is_none() {
                    self.public_url = Some(url);
                } else {
                    self.problem("public_url", "public_url has a path", fix);
                }
            }
            _ => self.problem("public_url", format!("public_url is not a web address: {text:?}"), fix),
        }
    }

    fn check_listen(&mut self, value: Option<String>) {
        let text = value.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        self.listen = self.parsed("listen", &text, "an address and port such as 127.0.0.1:3000");
    }

    fn check_database_url(&mut self, value: Option<String>) {
        let url = value.unwrap_or_else(|| "sqlite:data/timetap.db".to_owned());
        if ["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|kind| url.starts_with(kind))
        {
            self.database_url = Some(url);
        } else {
            // Not repeated: it may hold a password.
            self.problem(
                "database_url",
                "database_url is of an unknown kind",
                "begin it with sqlite: or postgres:// (DATABASE_URL in the environment counts too)",
            );
        }
    }

    fn check_keys(&mut self, value: Option<String>) {
        let make = "one key as name:64-hex-digits; make one with: printf 'k1:%s\\n' \"$(openssl rand -hex 32)\"";
        let Some(text) = self.required("keys", value, make) else {
            return;
        };
        let parsed = parse_keys(&text).map_err(|error| error.to_string());
        match parsed {
            Ok(keys) => {
                self.has_example_key = keys.iter().any(|(_, key)| *key == [0; 32]);
                match Keyring::new(keys) {
                    Ok(ring) => self.keys = Some(ring),
                    Err(error) => {
                        self.problem("keys", format!("keys cannot be used ({error})"), format!("give {make}"));
                    }
                }
            }
            Err(error) => self.problem("keys", error, format!("give {make}")),
        }
    }

    fn check_templates_dir(&mut self, value: Option<String>) {
        let Some(folder) = value else { return };
        if Path::new(&folder).is_dir() {
            self.templates_dir = Some(PathBuf::from(folder));
        } else {
            self.problem(
                "templates_dir",
                format!("templates_dir {folder:?} is not a folder"),
                "name a folder that TimeTap may read, or leave it out",
            );
        }
    }

    fn check_google(&mut self, raw: &RawConfig) {
        let wanted = "copy it from the OAuth client in the Google Cloud console, or leave out both";
        match (&raw.google_client_id, &raw.google_client_secret) {
            (Some(client_id), Some(client_secret)) => {
                let endpoints = match &raw.google_base_url {
                    None => Some(GoogleEndpoints::production()),
                    Some(base) => self
                        .parsed("google_base_url", base, "an address such as http://127.0.0.1:4010")
                        .map(|base: Url| GoogleEndpoints::at(&base)),
                };
                self.google = endpoints.map(|endpoints| GoogleConfig {
                    client_id: client_id.clone(),
                    client_secret: client_secret.clone().into(),
                    endpoints,
                });
            }
            (None, None) => {}
            (Some(_), None) => self.problem(
                "google_client_secret",
                "google_client_secret is missing, while google_client_id is set",
                wanted,
            ),
            (None, Some(_)) => self.problem(
                "google_client_id",
                "google_client_id is missing, while google_client_secret is set",
                wanted,
            ),
        }
    }

    fn check_stripe(&mut self, raw: &RawConfig) {
        let secrets = raw.stripe_webhook_secrets.as_deref().unwrap_or_default().split(',');
        let secrets: Vec<&str> = secrets.map(str::trim).filter(|secret| !secret.is_empty()).collect();
        let Some(key) = raw.stripe_secret_key.as_deref().filter(|key| !key.trim().is_empty()) else {
            if !secrets.is_empty() {
                self.problem(
                    "stripe_secret_key",
                    "stripe_secret_key is missing, while stripe_webhook_secrets is set",
                    "copy it from the API keys in Stripe's dashboard, or leave out both",
                );
            }
            return;
        };
        if !key.trim().starts_with("sk_") && !key.trim().starts_with("rk_") {
            self.problem(
                "stripe_secret_key",
                "stripe_secret_key is no secret key",
                "copy the one that begins with sk_ (or rk_, if restricted) from the API keys in Stripe's dashboard",
            );
            return;
        }
        // Without it nobody could tell Stripe's news of a payment from anybody else's.
        if secrets.is_empty() || secrets.iter().any(|secret| !secret.starts_with("whsec_")) {
            self.problem(
                "stripe_webhook_secrets",
                "stripe_webhook_secrets is missing or has something in it that is no signing secret",
                "copy the endpoint's signing secret, which begins with whsec_, from Stripe's dashboard (two with a comma \
                 between while one replaces the other)",
            );
            return;
        }
        let base = raw.stripe_base_url.as_deref().unwrap_or(StripeClient::BASE);
        let example = "an address such as http://127.0.0.1:4010/stripe/";
        if let Some(base_url) = self.parsed("stripe_base_url", base, example) {
            self.stripe_webhook_secrets = secrets.into_iter().map(SecretString::from).collect();
            self.stripe = Some(StripeConfig {
                secret_key: SecretString::from(key.trim()),
                base_url,
            });
        }
    }

    fn check_mail(&mut self, raw: RawConfig) {
        let host = self.public_url.as_ref().and_then(Url::host_str).unwrap_or("localhost");
        self.mail_from = Some(MailFrom {
            name: raw.mail_from_name.unwrap_or_else(|| "TimeTap".to_owned()),
            address: raw.mail_from.unwrap_or_else(|| format!("timetap@{host}")),
        });
        let encryption = match raw.smtp_encryption.as_deref().unwrap_or("starttls") {
            "none" => Some(Encryption::None),
            "starttls" => Some(Encryption::StartTls),
            "tls" => Some(Encryption::Tls),
            other => {
                let what = format!("smtp_encryption is {other:?}");
                self.problem("smtp_encryption", what, "write none, starttls or tls");
                None
            }
        };
        let host = self.required("smtp_host", raw.smtp_host, "the mail server that TimeTap sends by");
        let together = raw.smtp_username.is_some() == raw.smtp_password.is_some();
        if !together {
            self.problem(
                "smtp_password",
                "smtp_username and smtp_password belong together",
                "set both or neither",
            );
        }
        if let (Some(encryption), Some(host), true) = (encryption, host, together) {
            self.smtp = Some(SmtpSettings {
                host,
                port: raw.smtp_port.unwrap_or(match encryption {
                    Encryption::None => 25,
                    Encryption::StartTls => 587,
                    Encryption::Tls => 465,
                }),
                encryption,
                username: raw.smtp_username,
                password: raw.smtp_password.map(Into::into),
                timeout: Duration::from_secs(20),
            });
        }
    }

    fn check_watch(&mut self, raw: &RawConfig) {
        let listen = raw.metrics_listen.as_deref();
        self.watch.listen =
            listen.and_then(|text| self.parsed("metrics_listen", text, "an address and port such as 127.0.0.1:9100"));
        match &raw.metrics_token {
            Some(token) if token.len() < WatchConfig::SHORTEST_TOKEN => self.problem(
                "metrics_token",
                "metrics_token is short enough to be guessed",
                "make one with: openssl rand -hex 32",
            ),
            token => self.watch.token = token.clone().map(Into::into),
        }
        if let Some(seconds) = raw.ready_queue_seconds {
            self.watch.ready_queue = Duration::from_secs(seconds);
        }
        let collector = "an address such as http://127.0.0.1:4318";
        let endpoint = raw.otlp_endpoint.as_deref();
        let endpoint: Option<Url> = endpoint.and_then(|text| self.parsed("otlp_endpoint", text, collector));
        match endpoint {
            Some(url) if !matches!(url.scheme(), "http" | "https") => self.problem(
                "otlp_endpoint",
                "otlp_endpoint is not a web address",
                format!("write {collector}"),
            ),
            endpoint => self.otlp_endpoint = endpoint,
        }
    }

    fn check_trusted_proxies(&mut self, text: &str) {
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            if let Some(address) = self.parsed("trusted_proxies", entry, "network addresses with commas between") {
                self.trusted_proxies.push(address);
            }
        }
    }
}
