//! Takes in what Stripe tells: whether it is Stripe, once each, durably, and no more. What follows is a job's.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_providers::stripe::{EnvelopeError, EventEnvelope, SignatureError, verify_signature};
use timetap_store::StoreError;
use timetap_store::payments::deliveries::{NewDelivery, insert_delivery};

use crate::jobs::{Job, When, enqueue_job};
use crate::platform::failpoint::Failpoint;
use crate::platform::retry::try_again;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why a message is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// Nobody can tell that it comes from Stripe.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// It is no event.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// It could not be written down: Stripe will send it again.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for ReceiveError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Takes in the message `body` as it came, with the signature that came with it. Whether it was new.
///
/// # Errors
/// See [`ReceiveError`]; nothing is written then.
pub async fn receive_event(app: &TimeTap, signature: &str, body: &[u8]) -> Result<bool, ReceiveError> {
    let secrets = &app.settings.stripe_webhook_secrets;
    verify_signature(signature, body, secrets, app.clock.now())?;
    let event = EventEnvelope::read(body)?;
    let mut tried = 0;
    loop {
        tried += 1;
        match write_down(app, &event).await {
            Ok(new) => {
                if new {
                    app.signal.ring();
                }
                metrics::counter!("timetap_stripe_events_total", "new" => if new { "yes" } else { "no" }).increment(1);
                return Ok(new);
            }
            Err(error) => {
                if !try_again(app, &error, tried).await {
                    return Err(error.into());
                }
            }
        }
    }
}

async fn write_down(app: &TimeTap, event: &EventEnvelope) -> Result<bool, Unexpected> {
    let txn = app.db.begin_shared().await?;
    let new = keep_event(&txn, app, event, app.clock.now()).await?;
    // Also where nothing is new: Stripe is told so only when the row that says so is durable.
    txn.commit().await?;
    Failpoint::MessageStored.reach().await;
    Ok(new)
}

/// Writes the event down with its job, unless it is known.
pub(super) async fn keep_event(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    event: &EventEnvelope,
    now: Timestamp,
) -> Result<bool, Unexpected> {
    let new = NewDelivery {
        event_id: &event.id,
        kind: &event.kind,
        object_id: event.object_id.as_deref(),
        happened_at: event.created,
    };
    if !insert_delivery(on, new, now).await? {
        return Ok(false);
    }
    let job = Job::HandleStripeEvent {
        event_id: event.id.clone(),
    };
    enqueue_job(on, app, &job, When::Now).await?;
    Ok(true)
}
