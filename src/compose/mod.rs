//! Puts the running program together from checked settings.

pub mod database;

use std::sync::Arc;

use anyhow::Context;
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_providers::google::{GoogleClient, GoogleCredentials};
use timetap_providers::http::{Timeouts, build_client};
use timetap_providers::mail::MailTransport;
use timetap_usecases::TimeTap;
use timetap_usecases::jobs::signal::JobSignal;

use crate::config::Config;

/// Connects, migrates and composes.
///
/// # Errors
/// A sentence that says which part could not be had.
pub async fn compose(config: &Config) -> anyhow::Result<Arc<TimeTap>> {
    let db = database::open_migrated(&config.database_url).await?;
    let google = match &config.google {
        None => None,
        Some(google) => {
            let http = build_client(Timeouts::default()).context("the HTTP client could not be made")?;
            let redirect = config
                .settings
                .link("/api/google/calendar/callback")
                .parse()
                .context("public_url")?;
            let credentials = GoogleCredentials {
                client_id: google.client_id.clone(),
                client_secret: google.client_secret.clone(),
            };
            Some(
                GoogleClient::new(credentials, google.endpoints.clone(), redirect, http)
                    .context("the Google settings cannot be used")?,
            )
        }
    };
    let mail = MailTransport::new(config.smtp.clone()).context("the smtp settings cannot be used")?;
    Ok(Arc::new(TimeTap {
        db,
        clock: Clock::system(),
        entropy: Entropy::system(),
        keys: config.keys.clone(),
        settings: config.settings.clone(),
        google,
        mail,
        signal: JobSignal::default(),
    }))
}
