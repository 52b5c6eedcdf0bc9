//! What the stand-in Stripe is started with: its key, where its webhooks go, and how its billing behaves.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The version of Stripe's API whose shapes are sent, whatever version a request names.
pub const API_VERSION: &str = "2026-09-30.endive";

/// An address that Stripe's events are posted to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookEndpoint {
    /// Where to post.
    pub url: String,
    /// The signing secret, `whsec_…`.
    pub secret: String,
    /// The secret before it was rolled; while there is one, messages carry a signature of each.
    #[serde(default)]
    pub previous_secret: Option<String>,
    /// Types of events it gets; all when empty, as with `*` at Stripe.
    #[serde(default)]
    pub enabled_events: Vec<String>,
}

impl WebhookEndpoint {
    /// An endpoint for events of every type.
    pub fn new(url: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secret: secret.into(),
            previous_secret: None,
            enabled_events: Vec::new(),
        }
    }

    /// Whether events of this type go there.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.enabled_events.is_empty() || self.enabled_events.iter().any(|wanted| wanted == "*" || wanted == kind)
    }
}

/// Everything about the stand-in Stripe that can be chosen before the start.
#[derive(Clone, Debug)]
pub struct StripeOptions {
    /// The one secret key it takes.
    pub secret_key: String,
    /// The endpoints known from the start; more can be added while it runs.
    pub webhook_endpoints: Vec<WebhookEndpoint>,
    /// How many messages are on the way at once. One keeps the order in which things happened; Stripe promises none.
    pub webhook_concurrency: usize,
    /// How often a message is tried in all. The first pause is the sandbox's `notification_retry`; it doubles up to
    /// five minutes.
    pub webhook_attempts: u32,
    /// How long a delayed payment method takes, on Stripe's clock.
    pub delayed_settles_after: Duration,
    /// Days from one failed attempt at an invoice to the next; when all have failed, the subscription is cancelled.
    pub invoice_retry_days: Vec<u32>,
}

impl Default for StripeOptions {
    fn default() -> Self {
        Self {
            secret_key: "sk_test_sandbox".to_owned(),
            webhook_endpoints: Vec::new(),
            webhook_concurrency: 1,
            webhook_attempts: 16,
            delayed_settles_after: Duration::from_hours(72),
            // The custom schedule that Stripe's guide on retries of failed payments offers first.
            invoice_retry_days: vec![3, 5, 7],
        }
    }
}
