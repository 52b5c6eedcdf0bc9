//! Looks at Stripe how an order stands and brings it there. The webhook's job, the page to which people come back, the end of
//! the hold and the replay all do this one thing, as often and as many at once as they like.

use timetap_core::orders::OrderStatus;
use timetap_providers::stripe::StripeError;
use timetap_store::StoreError;
use timetap_store::orders::find_order::{find_order, find_order_to_change};
use timetap_store::payments::find_payment::list_payments;
use timetap_store::payments::refunds::list_refunds;
use uuid::Uuid;

use super::apply_truth::apply_truth;
use super::fetch_truth::{Hints, Known, fetch_truth};
use super::note_facts::status_of;
use crate::platform::failpoint::Failpoint;
use crate::platform::retry::wait_to_try;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// So often others may have been faster.
const TRIES: u32 = 20;

/// Why it is not known how an order stands at Stripe.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// There is no such order.
    #[error("there is no such order")]
    NotFound,
    /// Stripe does not say. What stands in the database is what was known last.
    #[error("Stripe: {0}")]
    Stripe(#[from] StripeError),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for LookError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Asks Stripe about the order and does what follows: books what is paid, gives back what cannot be booked, closes what is
/// over. Returns where the order stands then.
///
/// # Errors
/// See [`LookError`].
pub async fn look_at_payment(app: &TimeTap, order_id: Uuid) -> Result<OrderStatus, LookError> {
    look_with(app, order_id, &Hints::default()).await
}

/// The same, where an event has pointed to something.
pub(super) async fn look_with(app: &TimeTap, order_id: Uuid, hints: &Hints) -> Result<OrderStatus, LookError> {
    let mut tried = 0;
    loop {
        tried += 1;
        match look_once(app, order_id, hints).await {
            Ok(Some(status)) => {
                app.signal.ring();
                return Ok(status);
            }
            Ok(None) if tried < TRIES => {}
            Ok(None) => {
                return Err(Unexpected::Internal(format!("order {order_id} never holds still")).into());
            }
            Err(LookError::Unexpected(Unexpected::Store(error)))
                if (error.is_transient() || matches!(error, StoreError::Claimed | StoreError::Duplicate(_)))
                    && wait_to_try(app, tried).await => {}
            Err(error) => return Err(error),
        }
    }
}

/// `None` where the order has changed while Stripe was asked: what it said may be older than what stands there now.
async fn look_once(app: &TimeTap, order_id: Uuid, hints: &Hints) -> Result<Option<OrderStatus>, LookError> {
    let on = app.db.reader();
    let order = find_order(on, order_id).await?.ok_or(LookError::NotFound)?;
    let Some(stripe) = &app.stripe else {
        return Ok(Some(status_of(&order)?));
    };
    if order.stripe_session_id.is_none() && hints.session.is_none() {
        return Ok(Some(status_of(&order)?));
    }
    let (payments, refunds) = (list_payments(on, order_id).await?, list_refunds(on, order_id).await?);
    let known = Known {
        order: &order,
        payments: &payments,
        refunds: &refunds,
    };
    let truth = fetch_truth(stripe, &known, hints).await?;
    let txn = app.db.begin().await?;
    let Some(mut locked) = find_order_to_change(&txn, order_id).await? else {
        return Err(LookError::NotFound);
    };
    if locked.updated_at != order.updated_at {
        return Ok(None);
    }
    apply_truth(&txn, app, &mut locked, &truth).await?;
    Failpoint::BeforeTruthApplied.reach().await;
    txn.commit().await.map_err(StoreError::from)?;
    Failpoint::TruthApplied.reach().await;
    if truth.subscription.is_some() {
        Failpoint::SubscriptionNoted.reach().await;
    }
    Ok(Some(status_of(&locked)?))
}
