//! Fetches what Stripe told and nobody heard, as after a time in which the webhook could not be reached.

use jiff::Timestamp;
use timetap_providers::stripe::StripeError;
use timetap_store::StoreError;

use super::receive_event::keep_event;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What a replay came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// So many events Stripe told.
    pub told: usize,
    /// So many of them were missed.
    pub missed: usize,
}

/// Why a replay did not come to its end. What was fetched before stays.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// There is no Stripe.
    #[error("stripe_secret_key is not set, so there is nothing to fetch")]
    NotConfigured,
    /// Stripe does not say.
    #[error("Stripe: {0}")]
    Stripe(#[from] StripeError),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for ReplayError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Takes in all events since an instant that are not known yet; Stripe keeps them for thirty days. The worker does what follows.
///
/// # Errors
/// See [`ReplayError`].
pub async fn replay_events(app: &TimeTap, since: Timestamp) -> Result<Replayed, ReplayError> {
    let stripe = app.stripe.as_ref().ok_or(ReplayError::NotConfigured)?;
    let mut replayed = Replayed::default();
    let mut after: Option<String> = None;
    loop {
        let (events, more) = stripe.list_events(since, after.as_deref()).await?;
        let Some(last) = events.last().map(|event| event.id.clone()) else {
            break;
        };
        let txn = app.db.begin().await?;
        // The oldest first, as they came about.
        for event in events.iter().rev() {
            replayed.told += 1;
            if keep_event(&txn, app, event, app.clock.now()).await? {
                replayed.missed += 1;
            }
        }
        txn.commit().await.map_err(StoreError::from)?;
        app.signal.ring();
        if !more {
            break;
        }
        after = Some(last);
    }
    Ok(replayed)
}
