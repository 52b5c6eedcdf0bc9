//! Everything the stand-in Stripe remembers; a part of the sandbox's world, kept and reset with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    api::idempotency::IdempotencyBook, billing::memory::SubscriptionMemory, checkout::memory::Checkout, due::DueBook,
    effects::EffectLog, objects::Objects, options::StripeOptions, webhooks::Webhooks,
};

/// The state.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StripeState {
    pub unplugged: bool,
    /// How far Stripe's clock is ahead of the sandbox's, in seconds.
    pub ahead: i64,
    /// New refunds wait for a decision instead of succeeding at once.
    pub refunds_wait: bool,
    pub objects: Objects,
    pub checkouts: BTreeMap<String, Checkout>,
    pub subscriptions: BTreeMap<String, SubscriptionMemory>,
    pub idempotency: IdempotencyBook,
    pub effects: EffectLog,
    pub webhooks: Webhooks,
    pub due: DueBook,
}

impl StripeState {
    /// The state of a fresh sandbox: nothing but the endpoints it is started with.
    pub(crate) fn fresh(options: &StripeOptions) -> Self {
        let mut state = Self::default();
        state.webhooks.endpoints.clone_from(&options.webhook_endpoints);
        state
    }
}
