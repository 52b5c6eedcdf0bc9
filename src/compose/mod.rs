//! Puts the running program together from checked settings.

pub mod database;

use std::sync::Arc;

use anyhow::Context;
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_providers::google::{GoogleClient, GoogleCredentials};
use timetap_providers::http::{Timeouts, build_client};
use timetap_providers::mail::MailTransport;
use timetap_providers::stripe::StripeClient;
use timetap_store::Database;
use timetap_usecases::TimeTap;
use timetap_usecases::jobs::signal::JobSignal;
use timetap_usecases::orders::LookLimit;
use url::Url;

use crate::config::{Config, GoogleConfig, StripeConfig};

/// Connects, migrates and composes.
///
/// # Errors
/// A sentence that says which part could not be had.
pub async fn compose(config: &Config) -> anyhow::Result<Arc<TimeTap>> {
    compose_by(config, Clock::system()).await
}

/// The same by another clock than the machine's.
///
/// # Errors
/// As [`compose`].
pub async fn compose_by(config: &Config, clock: Clock) -> anyhow::Result<Arc<TimeTap>> {
    let db = database::open_migrated(&config.database_url).await?;
    assemble_by(config, db, clock)
}

/// Composes around a database that is open.
///
/// # Errors
/// As [`compose`].
pub fn assemble(config: &Config, db: Database) -> anyhow::Result<Arc<TimeTap>> {
    assemble_by(config, db, Clock::system())
}

fn assemble_by(config: &Config, db: Database, clock: Clock) -> anyhow::Result<Arc<TimeTap>> {
    let google = match &config.google {
        None => None,
        Some(google) => Some(google_client(google, &config.settings.public_url)?),
    };
    let stripe = config.stripe.as_ref().map(stripe_client).transpose()?;
    let mail = MailTransport::new(config.smtp.clone()).context("the smtp settings cannot be used")?;
    Ok(Arc::new(TimeTap {
        db,
        clock,
        entropy: Entropy::system(),
        keys: config.keys.clone(),
        settings: config.settings.clone(),
        google,
        stripe,
        mail,
        signal: JobSignal::default(),
        looks: LookLimit::default(),
    }))
}

/// The client for Google, with the address that is registered there.
///
/// # Errors
/// The settings cannot be used.
pub fn google_client(google: &GoogleConfig, public_url: &Url) -> anyhow::Result<GoogleClient> {
    let http = build_client(Timeouts::default()).context("the HTTP client could not be made")?;
    let redirect = redirect_address(public_url).parse().context("public_url")?;
    let credentials = GoogleCredentials {
        client_id: google.client_id.clone(),
        client_secret: google.client_secret.clone(),
    };
    GoogleClient::new(credentials, google.endpoints.clone(), redirect, http)
        .context("the Google settings cannot be used")
}

/// The client for Stripe.
///
/// # Errors
/// The settings cannot be used.
pub fn stripe_client(stripe: &StripeConfig) -> anyhow::Result<StripeClient> {
    let http = build_client(Timeouts::default()).context("the HTTP client could not be made")?;
    StripeClient::new(&stripe.secret_key, &stripe.base_url, http).context("the Stripe settings cannot be used")
}

/// Where Stripe sends its messages, to be registered there.
pub fn webhook_address(public_url: &Url) -> String {
    format!("{}/api/stripe/webhooks", public_url.as_str().trim_end_matches('/'))
}

/// Where Google sends people back, to be registered there letter by letter.
pub fn redirect_address(public_url: &Url) -> String {
    format!(
        "{}/api/google/calendar/callback",
        public_url.as_str().trim_end_matches('/')
    )
}
