//! The settings as they are written, before they are checked.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// Every setting, as text or number, all optional; what is required is decided by the check.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawConfig {
    pub public_url: Option<String>,
    pub listen: Option<String>,
    pub database_url: Option<String>,
    pub keys: Option<String>,
    pub google_client_id: Option<String>,
    pub google_client_secret: Option<String>,
    pub google_base_url: Option<String>,
    pub stripe_secret_key: Option<String>,
    pub stripe_webhook_secrets: Option<String>,
    pub stripe_base_url: Option<String>,
    pub smtp_host: Option<String>,
    pub smtp_port: Option<u16>,
    pub smtp_encryption: Option<String>,
    pub smtp_username: Option<String>,
    pub smtp_password: Option<String>,
    pub mail_from: Option<String>,
    pub mail_from_name: Option<String>,
    pub templates_dir: Option<String>,
    pub trusted_proxies: Option<String>,
    pub job_lease_seconds: Option<u64>,
    pub mail_grace_seconds: Option<u64>,
    pub metrics_listen: Option<String>,
    pub metrics_token: Option<String>,
    pub ready_queue_seconds: Option<u64>,
    pub otlp_endpoint: Option<String>,
    pub log: Option<String>,
    pub log_json: Option<bool>,
}

impl RawConfig {
    /// Reads `file` (or `timetap.toml`, where it exists) and then the environment, which wins.
    ///
    /// # Errors
    /// The file cannot be read or has a line that is not understood, or a variable has the wrong kind of value.
    pub fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut sources = config::Config::builder();
        match file {
            Some(file) => sources = sources.add_source(config::File::from(file).format(config::FileFormat::Toml)),
            None => {
                sources =
                    sources.add_source(config::File::new("timetap.toml", config::FileFormat::Toml).required(false));
            }
        }
        if let Ok(url) = std::env::var("DATABASE_URL") {
            sources = sources.set_override("database_url", url)?;
        }
        // TIMETAP_CONFIG names the file itself and is no setting; TIMETAP_FAILPOINT is for tests, in builds that have any.
        let is_setting = |name: &str| {
            let for_tests = cfg!(debug_assertions) && name == "TIMETAP_FAILPOINT";
            name.starts_with("TIMETAP_") && name != "TIMETAP_CONFIG" && !for_tests
        };
        let environment: std::collections::HashMap<String, String> =
            std::env::vars().filter(|(name, _)| is_setting(name)).collect();
        sources
            .add_source(
                config::Environment::with_prefix("TIMETAP")
                    .try_parsing(true)
                    .source(Some(environment)),
            )
            .build()
            .context("the settings cannot be read")?
            .try_deserialize()
            .context("the settings are not understood")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::RawConfig;

    /// Names that are read elsewhere, and that [`RawConfig::read`] lets pass.
    const NO_SETTINGS: [&str; 2] = ["TIMETAP_CONFIG", "TIMETAP_FAILPOINT"];

    fn names_in(folder: &Path, names: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                names_in(&path, names);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                // Put together here, so that it is not found in this file itself.
                for rest in text.split(concat!("\"TIMETAP", "_")).skip(1) {
                    let name: String = rest
                        .chars()
                        .take_while(|c| c.is_ascii_uppercase() || *c == '_')
                        .collect();
                    names.push(format!("TIMETAP_{name}"));
                }
            }
        }
    }

    #[test]
    fn every_variable_that_the_program_reads_may_be_set() {
        let mut names = Vec::new();
        names_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut names);
        names.retain(|name| name != "TIMETAP_" && !NO_SETTINGS.contains(&name.as_str()));
        for name in names {
            let line = format!("{} = 1", name.trim_start_matches("TIMETAP_").to_lowercase());
            if let Err(error) = toml::from_str::<RawConfig>(&line) {
                assert!(
                    !error.to_string().contains("unknown field"),
                    "{name} is refused as a setting"
                );
            }
        }
    }
}
