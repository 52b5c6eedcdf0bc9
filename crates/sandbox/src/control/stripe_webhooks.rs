//! The hand in Stripe's webhooks: where they go, in which order, and once more.

use super::{Control, ControlError};
use crate::stripe::{
    options::WebhookEndpoint,
    webhooks::{self, ReleaseOrder, StripeDelivery},
};

impl Control {
    /// Adds an address for events; one that is there already is replaced.
    pub fn add_stripe_endpoint(&self, endpoint: WebhookEndpoint) {
        self.engine.change(|world| {
            let endpoints = &mut world.stripe.webhooks.endpoints;
            endpoints.retain(|known| known.url != endpoint.url);
            endpoints.push(endpoint);
        });
    }

    /// Takes an address for events away.
    pub fn remove_stripe_endpoint(&self, url: &str) -> Result<(), ControlError> {
        self.engine.change(|world| {
            let endpoints = &mut world.stripe.webhooks.endpoints;
            let before = endpoints.len();
            endpoints.retain(|known| known.url != url);
            if endpoints.len() == before {
                Err(not_found("endpoint", url))
            } else {
                Ok(())
            }
        })
    }

    /// Gives an endpoint a new secret; until the next roll, messages carry a signature of the old one too.
    pub fn roll_stripe_secret(&self, url: &str, secret: &str) -> Result<(), ControlError> {
        self.engine.change(|world| {
            let mut endpoints = world.stripe.webhooks.endpoints.iter_mut();
            let endpoint = endpoints
                .find(|known| known.url == url)
                .ok_or_else(|| not_found("endpoint", url))?;
            let old = std::mem::replace(&mut endpoint.secret, secret.to_owned());
            endpoint.previous_secret = Some(old);
            Ok(())
        })
    }

    /// No message goes out until [`Self::release_stripe_webhooks`].
    pub fn hold_stripe_webhooks(&self) {
        self.engine.change(|world| world.stripe.webhooks.held = true);
    }

    /// Sends what was held back, in this order.
    pub fn release_stripe_webhooks(&self, order: ReleaseOrder) {
        let entropy = &self.engine.options.entropy;
        self.engine.change(|world| {
            let webhooks = &mut world.stripe.webhooks;
            webhooks.held = false;
            let ready = webhooks.ready.make_contiguous();
            ready.sort_unstable();
            match order {
                ReleaseOrder::InOrder => {}
                ReleaseOrder::Reversed => ready.reverse(),
                ReleaseOrder::Shuffled => ready.sort_by_cached_key(|_| entropy.between(0, i64::MAX)),
            }
        });
    }

    /// Sends an event once more, past all faults; gives the number of messages.
    pub fn resend_stripe_event(&self, event: &str) -> Result<usize, ControlError> {
        let sent = self.engine.change(|world| webhooks::resend(world, event));
        sent.ok_or_else(|| not_found("event", event))
    }

    /// The messages, oldest first.
    pub fn stripe_deliveries(&self) -> Vec<StripeDelivery> {
        let world = self.engine.read();
        world.stripe.webhooks.deliveries.values().cloned().collect()
    }
}

fn not_found(what: &'static str, id: &str) -> ControlError {
    ControlError::NotFound {
        what,
        id: id.to_owned(),
    }
}
