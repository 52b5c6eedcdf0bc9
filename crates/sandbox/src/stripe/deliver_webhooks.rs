//! Sends the queued messages in the background, a few at a time, and tries again what was not taken.

use std::time::Duration;

use http::header::{CONTENT_TYPE, USER_AGENT};
use serde_json::{Value, json};

use super::{
    objects::{Kind, number},
    webhooks::DeliveryState,
};
use crate::world::{Later, Shared};

const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Takes messages from the queue until the sandbox stops.
pub(crate) async fn dispatch(engine: Shared) {
    loop {
        let next = {
            let mut world = engine.read();
            let stripe = &mut world.stripe;
            let open = !stripe.unplugged && !stripe.webhooks.held;
            let free = stripe.webhooks.flying < engine.options.stripe.webhook_concurrency.max(1);
            let next = if open && free {
                stripe.webhooks.ready.pop_front()
            } else {
                None
            };
            stripe.webhooks.flying += usize::from(next.is_some());
            next
        };
        let Some(delivery) = next else {
            tokio::select! {
                () = engine.stripe_mail.notified() => continue,
                () = engine.stop.cancelled() => return,
            }
        };
        let sender = std::sync::Arc::clone(&engine);
        engine.tracker.spawn(async move {
            tokio::select! {
                () = deliver(&sender, delivery) => {}
                () = sender.stop.cancelled() => {}
            }
        });
    }
}

async fn deliver(engine: &Shared, id: u64) {
    let status = post(engine, id).await;
    engine.change(|world| {
        let now = engine.options.clock.now();
        let attempts = engine.options.stripe.webhook_attempts;
        let webhooks = &mut world.stripe.webhooks;
        webhooks.flying = webhooks.flying.saturating_sub(1);
        let (Some(status), Some(delivery)) = (status, webhooks.deliveries.get_mut(&id)) else {
            return;
        };
        delivery.answers.push(status);
        delivery.tried = Some(now);
        // Redirects are not followed and count as failures, as at Stripe.
        if (200..300).contains(&status) {
            delivery.state = DeliveryState::Delivered;
            let event = delivery.event.clone();
            if let Some(event) = world.stripe.objects.get_mut(Kind::Event, &event) {
                let left = number(event, "pending_webhooks").saturating_sub(1).max(0);
                event["pending_webhooks"] = json!(left);
            }
            return;
        }
        let tried = u32::try_from(delivery.answers.len()).unwrap_or(u32::MAX);
        if tried >= attempts {
            delivery.state = DeliveryState::Failed;
            return;
        }
        let pause = engine
            .options
            .notification_retry
            .saturating_mul(1 << (tried - 1).min(16));
        let pause = pause.min(LONGEST_PAUSE);
        world.outbox.push_back(Later::StripeRetry { delivery: id, pause });
    });
}

/// Posts the event, freshly signed; the status answered, 0 for none, nothing where there is nobody to post to.
async fn post(engine: &Shared, id: u64) -> Option<u16> {
    let (endpoint, body) = {
        let mut world = engine.read();
        let stripe = &mut world.stripe;
        let delivery = stripe.webhooks.deliveries.get_mut(&id)?;
        let endpoints = &stripe.webhooks.endpoints;
        let Some(endpoint) = endpoints.iter().find(|endpoint| endpoint.url == delivery.url).cloned() else {
            delivery.state = DeliveryState::Failed;
            return None;
        };
        let event: &Value = stripe.objects.get(Kind::Event, &delivery.event)?;
        (endpoint, event.to_string())
    };
    let signature = endpoint.sign(engine.options.clock.now().as_second(), &body);
    let request = engine
        .notifier
        .post(&endpoint.url)
        .header(CONTENT_TYPE, "application/json; charset=utf-8")
        .header(USER_AGENT, "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
        .header("Stripe-Signature", signature)
        .body(body);
    Some(request.send().await.map_or(0, |response| response.status().as_u16()))
}

/// Work of the outbox that concerns messages.
pub(crate) async fn run_later(engine: &Shared, item: Later) {
    match item {
        Later::StripeRelease { delivery, ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            engine.change(|world| world.stripe.webhooks.release_waiting(delivery));
        }
        Later::StripeRetry { delivery, pause } => {
            tokio::time::sleep(pause).await;
            engine.change(|world| world.stripe.webhooks.ready.push_back(delivery));
        }
        _ => {}
    }
}
