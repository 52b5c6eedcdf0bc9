//! The real program with a Google, a Stripe and a mail server of its own: the sandbox.

use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_sandbox::{Quotas, Sandbox, SandboxOptions, StripeOptions, WebhookEndpoint};
use timetap_testing::{Engine, STRIPE_SIGNING_SECRET};

use super::{Server, free_address};

/// The real program, and a Google for it.
pub struct Stage {
    pub server: Server,
    pub google: Sandbox,
}

impl Stage {
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &["serve"]).await
    }

    /// The same with more settings.
    pub async fn start_with_settings(engine: Engine, more: &[(&str, &str)]) -> Self {
        let more: Vec<(&str, String)> = more.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self::start_configured(engine, &["serve"], &more).await
    }

    /// The same with other arguments, such as `serve --no-worker`.
    pub async fn start_with(engine: Engine, arguments: &[&str]) -> Self {
        Self::start_configured(engine, arguments, &[]).await
    }

    /// The same with other arguments and more settings.
    pub async fn start_configured(engine: Engine, arguments: &[&str], more: &[(&str, String)]) -> Self {
        Self::start_with_quotas(engine, arguments, more, Quotas::default()).await
    }

    /// The same with other quotas of Google's.
    pub async fn start_with_quotas(
        engine: Engine,
        arguments: &[&str],
        more: &[(&str, String)],
        quotas: Quotas,
    ) -> Self {
        let address = free_address();
        let options = SandboxOptions {
            redirect_uris: vec![format!("http://{address}/api/google/calendar/callback")],
            client_id: "the-client".to_owned(),
            client_secret: "the-secret".to_owned(),
            stripe: StripeOptions {
                webhook_endpoints: vec![WebhookEndpoint::new(
                    format!("http://{address}/api/stripe/webhooks"),
                    STRIPE_SIGNING_SECRET,
                )],
                ..StripeOptions::default()
            },
            quotas,
            ..SandboxOptions::new(Clock::system(), Entropy::system())
        };
        let google = timetap_sandbox::start(options).await.unwrap();
        let mut settings = vec![
            ("TIMETAP_GOOGLE_CLIENT_ID", "the-client".to_owned()),
            ("TIMETAP_GOOGLE_CLIENT_SECRET", "the-secret".to_owned()),
            ("TIMETAP_GOOGLE_BASE_URL", google.base_url()),
            ("TIMETAP_STRIPE_SECRET_KEY", StripeOptions::default().secret_key),
            ("TIMETAP_STRIPE_WEBHOOK_SECRETS", STRIPE_SIGNING_SECRET.to_owned()),
            ("TIMETAP_STRIPE_BASE_URL", google.stripe_url()),
            ("TIMETAP_SMTP_PORT", google.smtp_addr().port().to_string()),
        ];
        settings.extend_from_slice(more);
        Self {
            server: Server::start_with(engine, address, &settings, arguments).await,
            google,
        }
    }
}
