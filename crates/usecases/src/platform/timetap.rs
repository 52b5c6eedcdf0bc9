//! The composed program: everything a use case may need, handed to it as one value.

use std::sync::Arc;

use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_providers::google::GoogleClient;
use timetap_providers::mail::MailTransport;
use timetap_providers::stripe::StripeClient;
use timetap_store::Database;

use crate::jobs::signal::JobSignal;
use crate::orders::LookLimit;
use crate::platform::keyring::Keyring;
use crate::platform::settings::Settings;

/// The running TimeTap. Cheap to share: put it in an `Arc`.
#[derive(Debug)]
pub struct TimeTap {
    /// Where everything is kept.
    pub db: Database,
    /// The present instant.
    pub clock: Clock,
    /// Ids, tokens and jitter.
    pub entropy: Entropy,
    /// Keys that seal secrets at rest.
    pub keys: Keyring,
    /// What the operator decided.
    pub settings: Settings,
    /// Google, where the operator gave credentials for it.
    pub google: Option<GoogleClient>,
    /// Stripe, where the operator gave a key for it.
    pub stripe: Option<StripeClient>,
    /// Outgoing e-mail.
    pub mail: MailTransport,
    /// Wakes workers of this process as soon as a job is committed.
    pub signal: JobSignal,
    /// How often pages that wait look at payments.
    pub looks: LookLimit,
}

/// The shared handle that pages, endpoints and workers hold.
pub type SharedTimeTap = Arc<TimeTap>;
