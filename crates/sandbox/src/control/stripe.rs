//! The hand in the stand-in Stripe: its plug, its clock, its endpoints, and everything that a payer, a bank or a card
//! company would do.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Control, ControlError};
use crate::stripe::{
    api::errors::StripeError,
    checkout::{
        expire,
        pay::{self, Outcome, PayWith},
        settle,
    },
    due::run_due,
    effects::StripeEffect,
    objects::{Kind, text},
    options::WebhookEndpoint,
    payments::{declines, disputes, payment_method::Payer, settle_refund},
    turn::Turn,
    webhooks::DeliveryState,
};

impl From<StripeError> for ControlError {
    fn from(error: StripeError) -> Self {
        Self::Stripe {
            status: error.status,
            message: error.message,
        }
    }
}

/// Ten years: what is due on the way is done week by week, and that takes a while.
const MOST_SECONDS: i64 = 10 * 366 * 86_400;

/// How an attempt at a session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome", content = "message")]
pub enum SessionOutcome {
    /// Complete: paid, on its way, or nothing was to be paid.
    Complete,
    /// The payer is asked for 3-D Secure: end it with [`Control::authenticate_session`].
    Authenticate,
    /// Declined in these words; another attempt may follow.
    Declined(String),
}

impl From<Outcome> for SessionOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Complete => Self::Complete,
            Outcome::Authenticate => Self::Authenticate,
            Outcome::Declined(message) => Self::Declined(message),
        }
    }
}

/// What there is at Stripe.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StripeSummary {
    /// Whether it answers.
    pub plugged: bool,
    /// The moment on its clock.
    pub now: Timestamp,
    /// How far its clock is ahead, in seconds.
    pub ahead_seconds: i64,
    /// How many effects of each kind came about.
    pub effects: BTreeMap<String, u64>,
    /// Messages that were not taken yet.
    pub pending_messages: usize,
    /// Whether messages are held back.
    pub held: bool,
    /// Whether new refunds wait for a decision.
    pub refunds_wait: bool,
    /// Where events go.
    pub endpoints: Vec<WebhookEndpoint>,
}

impl Control {
    /// Stripe stops answering: every connection to its API and page is closed at once, and no message goes out.
    pub fn unplug_stripe(&self) {
        self.engine.change(|world| world.stripe.unplugged = true);
    }

    /// Stripe answers again, and sends what has waited.
    pub fn plug_stripe(&self) {
        self.engine.change(|world| world.stripe.unplugged = false);
    }

    /// Counts, clock and endpoints.
    pub fn stripe_summary(&self) -> StripeSummary {
        let world = self.engine.read();
        let stripe = &world.stripe;
        let now = self.engine.options.clock.now();
        let ahead = jiff::SignedDuration::from_secs(stripe.ahead);
        let pending = stripe.webhooks.deliveries.values();
        StripeSummary {
            plugged: !stripe.unplugged,
            now: now.saturating_add(ahead).unwrap_or(now),
            ahead_seconds: stripe.ahead,
            effects: stripe.effects.counts(),
            pending_messages: pending.filter(|one| one.state == DeliveryState::Pending).count(),
            held: stripe.webhooks.held,
            refunds_wait: stripe.refunds_wait,
            endpoints: stripe.webhooks.endpoints.clone(),
        }
    }

    /// What came about, of one kind (`session.created`, `charge.succeeded`, `refund.created`, …) or all.
    pub fn stripe_effects(&self, kind: Option<&str>) -> Vec<StripeEffect> {
        self.engine.read().stripe.effects.find(kind)
    }

    /// An object by its id, as the API shows it.
    pub fn stripe_object(&self, id: &str) -> Option<Value> {
        self.engine.read().stripe.objects.any(id).cloned()
    }

    /// All objects of a kind by Stripe's name for it (`checkout.session`, `event`, …), the oldest first.
    pub fn stripe_objects(&self, object: &str) -> Vec<Value> {
        self.stripe_objects_after(object, 0)
    }

    /// The same without the `known` oldest, for whoever has seen those already.
    pub fn stripe_objects_after(&self, object: &str, known: usize) -> Vec<Value> {
        let kind = Kind::ALL.into_iter().find(|kind| kind.object() == object);
        let world = self.engine.read();
        kind.map(|kind| world.stripe.objects.of(kind).skip(known).cloned().collect())
            .unwrap_or_default()
    }

    /// Moves Stripe's clock on, and does all that becomes due on the way: renewals, invoices, retries, expired
    /// sessions, delayed payments. Ten years at a time are the most. Gives the moment it then shows.
    pub fn advance_stripe_clock(&self, by: Duration) -> Timestamp {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX).min(MOST_SECONDS);
        self.engine.change(|world| {
            world.stripe.ahead = world.stripe.ahead.saturating_add(seconds);
            let mut turn = Turn::new(&self.engine, world);
            run_due(&mut turn);
            Timestamp::from_second(turn.moment).unwrap_or(Timestamp::MAX)
        })
    }

    /// Does what a payer does on the payment page.
    pub fn pay_session(
        &self,
        session: &str,
        email: &str,
        name: Option<&str>,
        with: &PayWith,
    ) -> Result<SessionOutcome, ControlError> {
        let payer = Payer {
            email: email.to_owned(),
            name: name.map(str::to_owned),
        };
        let outcome = self.with_stripe(|turn| pay::pay(turn, session, &payer, with))?;
        Ok(outcome.into())
    }

    /// Ends the 3-D Secure of a session.
    pub fn authenticate_session(&self, session: &str, succeeds: bool) -> Result<SessionOutcome, ControlError> {
        let outcome = self.with_stripe(|turn| pay::authenticate(turn, session, succeeds))?;
        Ok(outcome.into())
    }

    /// Ends a delayed payment before its time.
    pub fn settle_session(&self, session: &str, succeeds: bool) -> Result<(), ControlError> {
        self.with_stripe(|turn| settle::settle(turn, session, succeeds))
    }

    /// Lets the time of an open session be over.
    pub fn expire_session(&self, session: &str) -> Result<(), ControlError> {
        self.with_stripe(|turn| {
            turn.find(Kind::Session, session)?;
            expire::expire_now(turn, session);
            Ok(())
        })
    }

    /// From now on new refunds wait for [`Self::settle_refund`] or [`Self::fail_refund`], or succeed at once again.
    pub fn make_refunds_wait(&self, wait: bool) {
        self.engine.change(|world| world.stripe.refunds_wait = wait);
    }

    /// A waiting refund succeeds.
    pub fn settle_refund(&self, refund: &str) -> Result<(), ControlError> {
        self.with_stripe(|turn| settle_refund::succeed(turn, refund))
    }

    /// A refund fails, even one that had succeeded; `reason` as in Stripe's `failure_reason`.
    pub fn fail_refund(&self, refund: &str, reason: &str) -> Result<(), ControlError> {
        self.with_stripe(|turn| settle_refund::fail(turn, refund, reason))
    }

    /// The cardholder disputes a charge (given by its id or its payment intent's), in part or whole.
    pub fn raise_dispute(&self, of: &str, reason: &str, amount: Option<i64>) -> Result<Value, ControlError> {
        self.with_stripe(|turn| disputes::raise(turn, of, reason, amount))
    }

    /// The bank decides a dispute.
    pub fn decide_dispute(&self, dispute: &str, won: bool) -> Result<Value, ControlError> {
        self.with_stripe(|turn| disputes::decide(turn, dispute, won))
    }

    /// From now on the card of a subscription is declined for this reason, or pays again.
    pub fn decline_subscription(&self, subscription: &str, reason: Option<&str>) -> Result<(), ControlError> {
        self.with_stripe(|turn| {
            turn.find(Kind::Subscription, subscription)?;
            let reason = reason.map(declines::find).transpose()?;
            if let Some(memory) = turn.state().subscriptions.get_mut(subscription) {
                memory.declines = reason.map(|why| why.name.to_owned());
            }
            Ok(())
        })
    }

    /// Sessions whose payment is on its way.
    pub(crate) fn unsettled_sessions(&self) -> Vec<Value> {
        let sessions = self.stripe_objects("checkout.session").into_iter();
        let waits =
            |session: &Value| text(session, "status") == "complete" && text(session, "payment_status") == "unpaid";
        sessions.filter(waits).collect()
    }

    fn with_stripe<R>(&self, work: impl FnOnce(&mut Turn<'_>) -> Result<R, StripeError>) -> Result<R, ControlError> {
        self.engine.change(|world| {
            let mut turn = Turn::new(&self.engine, world);
            run_due(&mut turn);
            Ok(work(&mut turn)?)
        })
    }
}
