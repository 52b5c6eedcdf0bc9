//! Webhooks: who gets which event, in which order, how often and how late, and the signature on each message
//! (`docs.stripe.com/webhooks`).

use std::collections::{BTreeMap, VecDeque};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use super::{
    objects::{Kind, text},
    options::WebhookEndpoint,
    turn::Turn,
};
use crate::{
    faults::{FaultKind, Place},
    world::{Later, World},
};

const KEPT_DELIVERIES: usize = 10_000;
/// A message held back for a later one goes out after this time, should none come.
const LONGEST_HOLD_MS: u64 = 3_000;

/// Where a message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not taken yet; it will be tried, or tried again.
    Pending,
    /// Taken with a 2xx.
    Delivered,
    /// Never taken, and not tried again.
    Failed,
    /// Lost on purpose, by a fault.
    Dropped,
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StripeDelivery {
    /// Position, from 1.
    pub id: u64,
    /// Id of the event.
    pub event: String,
    /// Type of the event.
    pub kind: String,
    /// Address of the endpoint.
    pub url: String,
    /// Statuses answered so far; 0 stands for no answer.
    pub answers: Vec<u16>,
    /// When it was last tried.
    pub tried: Option<Timestamp>,
    /// Where it is.
    pub state: DeliveryState,
}

/// In which order held messages are let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseOrder {
    /// As things happened.
    #[default]
    InOrder,
    /// The newest first.
    Reversed,
    /// By dice.
    Shuffled,
}

/// Endpoints and messages.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Webhooks {
    pub endpoints: Vec<WebhookEndpoint>,
    /// No message goes out while this is set.
    pub held: bool,
    last_id: u64,
    pub deliveries: BTreeMap<u64, StripeDelivery>,
    /// Messages to be sent now, in this order.
    #[serde(skip)]
    pub ready: VecDeque<u64>,
    /// Messages on the way.
    #[serde(skip)]
    pub flying: usize,
    /// Messages that wait for a later one to the same address.
    #[serde(skip)]
    waiting: Vec<(String, u64)>,
}

impl Webhooks {
    /// A new message.
    fn add(&mut self, event: &Value, url: &str, state: DeliveryState) -> u64 {
        self.last_id += 1;
        let delivery = StripeDelivery {
            id: self.last_id,
            event: text(event, "id").to_owned(),
            kind: text(event, "type").to_owned(),
            url: url.to_owned(),
            answers: Vec::new(),
            tried: None,
            state,
        };
        self.deliveries.insert(delivery.id, delivery);
        if self.deliveries.len() > KEPT_DELIVERIES {
            let oldest = self.deliveries.values().find(|old| old.state != DeliveryState::Pending);
            if let Some(id) = oldest.map(|old| old.id) {
                self.deliveries.remove(&id);
            }
        }
        self.last_id
    }

    /// Puts a message that waited for a later one into the queue; gives whether it still waited.
    pub(crate) fn release_waiting(&mut self, delivery: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|(_, id)| *id != delivery);
        if self.waiting.len() < before {
            self.ready.push_back(delivery);
        }
        self.waiting.len() < before
    }

    /// After a restart: the endpoints named at the start are known with their secrets, whatever the state file knew,
    /// and all that was not taken goes out again.
    pub(crate) fn resume(&mut self, named: &[WebhookEndpoint]) {
        for endpoint in named {
            self.endpoints.retain(|known| known.url != endpoint.url);
            self.endpoints.push(endpoint.clone());
        }
        let pending = self
            .deliveries
            .values()
            .filter(|one| one.state == DeliveryState::Pending);
        self.ready = pending.map(|one| one.id).collect();
    }
}

/// Queues the event for every endpoint that wants it, as far as faults let it.
pub(super) fn announce(turn: &mut Turn<'_>, event: &Value) {
    let kind = text(event, "type").to_owned();
    let endpoints = turn.world.stripe.webhooks.endpoints.iter();
    let urls: Vec<_> = endpoints
        .filter(|endpoint| endpoint.wants(&kind))
        .map(|endpoint| endpoint.url.clone())
        .collect();
    for url in urls {
        queue(turn, event, &kind, &url);
    }
}

fn queue(turn: &mut Turn<'_>, event: &Value, kind: &str, url: &str) {
    let entropy = turn.entropy;
    let world = &mut *turn.world;
    let faults = &mut world.faults;
    let fault = faults.take_for_stripe(Place::Notification, "stripe.webhook", Some(kind), entropy);
    let webhooks = &mut world.stripe.webhooks;
    match fault {
        Some(FaultKind::DropNotifications) => {
            webhooks.add(event, url, DeliveryState::Dropped);
        }
        Some(FaultKind::DelayNotifications { ms }) => {
            let id = webhooks.add(event, url, DeliveryState::Pending);
            webhooks.waiting.push((String::new(), id));
            world.outbox.push_back(Later::StripeRelease { delivery: id, ms });
        }
        Some(FaultKind::ReorderNotifications) if !webhooks.waiting.iter().any(|(address, _)| address == url) => {
            let id = webhooks.add(event, url, DeliveryState::Pending);
            webhooks.waiting.push((url.to_owned(), id));
            world.outbox.push_back(Later::StripeRelease {
                delivery: id,
                ms: LONGEST_HOLD_MS,
            });
        }
        fault => {
            let id = webhooks.add(event, url, DeliveryState::Pending);
            webhooks.ready.push_back(id);
            if fault == Some(FaultKind::DuplicateNotifications) {
                let again = webhooks.add(event, url, DeliveryState::Pending);
                webhooks.ready.push_back(again);
            }
            let overtaken = webhooks
                .waiting
                .iter()
                .find(|(address, _)| address == url)
                .map(|(_, id)| *id);
            if let Some(overtaken) = overtaken {
                webhooks.release_waiting(overtaken);
            }
        }
    }
}

/// Sends an event once more to every endpoint that wants it, past all faults; gives the number of messages.
pub(crate) fn resend(world: &mut World, event: &str) -> Option<usize> {
    let event = world.stripe.objects.get(Kind::Event, event)?.clone();
    let webhooks = &mut world.stripe.webhooks;
    let kind = text(&event, "type");
    let wanting = webhooks.endpoints.iter().filter(|endpoint| endpoint.wants(kind));
    let urls: Vec<_> = wanting.map(|endpoint| endpoint.url.clone()).collect();
    for url in &urls {
        let id = webhooks.add(&event, url, DeliveryState::Pending);
        webhooks.ready.push_back(id);
    }
    Some(urls.len())
}

impl WebhookEndpoint {
    /// The `Stripe-Signature` of a message with this `body` that is sent at the second `seconds`: one `v1` of each secret in
    /// force (docs.stripe.com/webhooks/signatures).
    pub fn sign(&self, seconds: i64, body: &str) -> String {
        let mut header = format!("t={seconds}");
        for secret in [Some(&self.secret), self.previous_secret.as_ref()]
            .into_iter()
            .flatten()
        {
            // A key of any length will do for HMAC.
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
                continue;
            };
            mac.update(format!("{seconds}.").as_bytes());
            mac.update(body.as_bytes());
            let signature = HEXLOWER.encode(&mac.finalize().into_bytes());
            header = format!("{header},v1={signature}");
        }
        header
    }
}
