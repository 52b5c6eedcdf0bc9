//! The operator's settings: from `timetap.toml` and the environment, checked before anything starts.
//!
//! Every setting is documented in `timetap.example.toml`. In the environment a setting is `TIMETAP_` and its name in
//! capitals; the database address is also read from the customary `DATABASE_URL`.

mod keys;
mod raw;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use secrecy::SecretString;
use timetap_providers::google::GoogleEndpoints;
use timetap_providers::mail::{Encryption, SmtpSettings};
use timetap_usecases::platform::settings::MailFrom;
use timetap_usecases::{Keyring, Settings};
use url::Url;

pub use keys::parse_keys;
pub use raw::RawConfig;

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
    /// Outgoing mail.
    pub smtp: SmtpSettings,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
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
        let public_url = required(
            "public_url",
            raw.public_url,
            "the address people reach TimeTap at, such as https://book.example.org",
        )?;
        let public_url: Url = public_url
            .parse()
            .with_context(|| format!("public_url is not an address: {public_url:?}"))?;
        if !matches!(public_url.scheme(), "http" | "https") || public_url.host().is_none() {
            bail!("public_url must begin with https:// (or http:// on your own machine), not {public_url}");
        }
        if public_url.path() != "/" || public_url.query().is_some() {
            bail!("public_url must be the bare address without a path, not {public_url}");
        }
        let listen = raw.listen.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listen = listen
            .parse()
            .with_context(|| format!("listen must be an address and port such as 127.0.0.1:3000, not {listen:?}"))?;
        let database_url = raw.database_url.unwrap_or_else(|| "sqlite:data/timetap.db".to_owned());
        if !["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|kind| database_url.starts_with(kind))
        {
            bail!("database_url must begin with sqlite: or postgres://");
        }
        let keys = required(
            "keys",
            raw.keys,
            "one key as name:64-hex-digits; make one with: printf 'k1:%s\\n' \"$(openssl rand -hex 32)\"",
        )?;
        let keys = Keyring::new(parse_keys(&keys)?).context("keys")?;
        let mail_from = raw
            .mail_from
            .unwrap_or_else(|| format!("timetap@{}", public_url.host_str().unwrap_or("localhost")));
        let mut settings = Settings::new(
            public_url,
            MailFrom {
                name: raw.mail_from_name.unwrap_or_else(|| "TimeTap".to_owned()),
                address: mail_from,
            },
        );
        if let Some(folder) = raw.templates_dir {
            if !Path::new(&folder).is_dir() {
                bail!("templates_dir {folder:?} is not a folder");
            }
            settings.templates_dir = Some(PathBuf::from(folder));
        }
        if let Some(seconds) = raw.job_lease_seconds {
            if !(2..=3600).contains(&seconds) {
                bail!("job_lease_seconds must be between 2 and 3600, not {seconds}");
            }
            settings.job_lease = Duration::from_secs(seconds);
        }
        if let Some(seconds) = raw.mail_grace_seconds {
            if seconds > 600 {
                bail!("mail_grace_seconds must be at most 600, not {seconds}");
            }
            settings.mail_grace = Duration::from_secs(seconds);
        }
        let google = match (raw.google_client_id, raw.google_client_secret) {
            (Some(client_id), Some(client_secret)) => {
                let endpoints = match raw.google_base_url {
                    None => GoogleEndpoints::production(),
                    Some(base) => GoogleEndpoints::at(
                        &base
                            .parse()
                            .with_context(|| format!("google_base_url is not an address: {base:?}"))?,
                    ),
                };
                Some(GoogleConfig {
                    client_id,
                    client_secret: client_secret.into(),
                    endpoints,
                })
            }
            (None, None) => None,
            (Some(_), None) => bail!("google_client_secret is missing, while google_client_id is set"),
            (None, Some(_)) => bail!("google_client_id is missing, while google_client_secret is set"),
        };
        let encryption = match raw.smtp_encryption.as_deref().unwrap_or("starttls") {
            "none" => Encryption::None,
            "starttls" => Encryption::StartTls,
            "tls" => Encryption::Tls,
            other => bail!("smtp_encryption must be none, starttls or tls, not {other:?}"),
        };
        let smtp = SmtpSettings {
            host: required("smtp_host", raw.smtp_host, "the mail server that TimeTap sends by")?,
            port: raw.smtp_port.unwrap_or(match encryption {
                Encryption::None => 25,
                Encryption::StartTls => 587,
                Encryption::Tls => 465,
            }),
            encryption,
            username: raw.smtp_username,
            password: raw.smtp_password.map(Into::into),
            timeout: Duration::from_secs(20),
        };
        if smtp.username.is_some() != smtp.password.is_some() {
            bail!("smtp_username and smtp_password belong together: set both or neither");
        }
        let trusted_proxies = raw
            .trusted_proxies
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| {
                text.parse()
                    .with_context(|| format!("trusted_proxies: {text:?} is not a network address"))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            listen,
            database_url,
            settings,
            keys,
            google,
            smtp,
            trusted_proxies,
            log: raw.log.unwrap_or_else(|| "info".to_owned()),
            log_json: raw.log_json.unwrap_or(false),
        })
    }

    /// Starts logging to standard error. A second call changes nothing.
    pub fn start_logging(&self) {
        start_logging(&self.log, self.log_json);
    }
}

/// Starts logging to standard error with this filter. A second call changes nothing.
pub fn start_logging(filter: &str, json: bool) {
    let filter =
        tracing_subscriber::EnvFilter::try_new(filter).unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _ = if json {
        lines.json().try_init()
    } else {
        lines.compact().try_init()
    };
}

fn required(name: &str, value: Option<String>, what: &str) -> anyhow::Result<String> {
    match value {
        Some(value) if !value.trim().is_empty() => Ok(value),
        _ => bail!(
            "{name} is not set (TIMETAP_{} in the environment, or {name} in timetap.toml): {what}",
            name.to_uppercase()
        ),
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
        assert!(config.google.is_none());
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
                complaint(|raw| raw.mail_grace_seconds = Some(601)),
                "mail_grace_seconds",
            ),
        ] {
            assert!(complaint.contains(name), "{name} is not named in: {complaint}");
        }
    }
}
