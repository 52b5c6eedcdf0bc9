//! Stripe: whether it knows our key, what has to be registered there, and whether its messages arrive.

use timetap_core::clock::Clock;
use timetap_providers::stripe::{StripeClient, StripeError};

use super::finding::Section;
use crate::compose::webhook_address;
use crate::config::Parts;

const DASHBOARD: &str = "Stripe's dashboard → Developers";

/// Looks at Stripe.
pub async fn check_stripe(section: &mut Section<'_>, parts: &Parts, client: Option<&StripeClient>, clock: &Clock) {
    let Some(client) = client else {
        if parts
            .problems
            .iter()
            .any(|problem| problem.setting.starts_with("stripe_"))
        {
            section.skipped(
                "credentials",
                "Not looked at, because the settings of Stripe cannot be used.",
            );
        } else {
            section.ok(
                "credentials",
                "Stripe is not configured: what costs nothing can be booked, nothing can be paid.",
            );
        }
        return;
    };
    let mode = if client.is_live() { "live" } else { "test" };
    // Something that every key may ask, and that moves no money.
    match client.list_events(clock.now(), None).await {
        Ok(_) => section.ok(
            "credentials",
            format!("Stripe knows our key; it is one of {mode} mode."),
        ),
        Err(StripeError::Key { status }) => section.error(
            "credentials",
            format!("Stripe does not accept our key (status {status})."),
            format!("{DASHBOARD} → API keys: copy the secret key into stripe_secret_key."),
        ),
        Err(error) => section.error(
            "credentials",
            format!("Stripe could not say whether it knows our key: {error}."),
            "Look whether this machine may reach api.stripe.com on port 443.",
        ),
    }
    if !client.is_live() && parts.public_url.as_ref().is_some_and(|url| url.scheme() == "https") {
        section.warning(
            "mode",
            "The key is one of test mode: nobody is charged.",
            "Set the live key and the live endpoint's signing secret when you begin to sell.",
        );
    }
    if let Some(public_url) = &parts.public_url {
        section.ok(
            "webhook",
            format!(
                "This address must be registered under {DASHBOARD} → Webhooks: {}",
                webhook_address(public_url)
            ),
        );
    }
}
