//! Calls an order off before it is paid, or a part of it after.

use timetap_core::orders::Closed;
use timetap_store::StoreError;
use timetap_store::entities::order_item;
use timetap_store::orders::find_order::find_order_to_change;
use timetap_store::orders::list_items::list_items;
use timetap_store::payments::subscriptions::list_item_appointments;
use uuid::Uuid;

use super::apply_unpaid::close_unpaid;
use super::book_items::is_weekly;
use super::find_own_order::find_own;
use super::note_facts::{Change, note_facts};
use crate::bookings::{Actor, CancelError, cancel_known};
use crate::jobs::{Job, When, enqueue_job};
use crate::platform::field_errors::FieldErrors;
use crate::platform::retry::try_again;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why nothing was called off.
#[derive(Debug, thiserror::Error)]
pub enum CancelOrderError {
    /// There is no such order or item, or it is somebody else's.
    #[error("there is no such order")]
    NotFound,
    /// It is paid: what is booked is cancelled one by one.
    #[error("This order is paid. Please cancel what you do not need one by one; what you get back is said there.")]
    Paid,
    /// It is too late for the customer to do it.
    #[error("{0}")]
    TooLate(String),
    /// It is over, or was called off before.
    #[error("This is over, so there is nothing left to cancel.")]
    Over,
    /// The message needs another look.
    #[error("the form needs another look")]
    Invalid(FieldErrors),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for CancelOrderError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

impl From<CancelError> for CancelOrderError {
    fn from(error: CancelError) -> Self {
        match error {
            CancelError::NotFound => Self::NotFound,
            CancelError::TooLate(text) => Self::TooLate(text),
            CancelError::Over => Self::Over,
            CancelError::Invalid(errors) => Self::Invalid(errors),
            CancelError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// Calls the order off before it is paid: what it holds is free at once, and a job sees to it that nobody can pay any more.
/// Money that comes all the same goes back. One that is over already stays as it is.
///
/// # Errors
/// See [`CancelOrderError`].
pub async fn cancel_order(app: &TimeTap, order_id: Uuid, actor: &Actor<'_>) -> Result<(), CancelOrderError> {
    if find_own(app, order_id, actor).await?.is_none() {
        return Err(CancelOrderError::NotFound);
    }
    let mut tried = 0;
    loop {
        tried += 1;
        match try_cancel(app, order_id).await {
            Err(CancelOrderError::Unexpected(error)) if try_again(app, &error, tried).await => {}
            result => {
                app.signal.ring();
                return result;
            }
        }
    }
}

async fn try_cancel(app: &TimeTap, order_id: Uuid) -> Result<(), CancelOrderError> {
    let txn = app.db.begin().await?;
    let Some(mut order) = find_order_to_change(&txn, order_id).await? else {
        return Err(CancelOrderError::NotFound);
    };
    if order.paid_at.is_some() {
        return Err(CancelOrderError::Paid);
    }
    if order.closed_as.is_some() {
        return Ok(());
    }
    let mut items = list_items(&txn, order_id).await?;
    close_unpaid(&txn, app, &mut items).await?;
    note_facts(&txn, app, &mut order, &[Change::Closed(Closed::Cancelled)]).await?;
    enqueue_job(&txn, app, &Job::CloseOrder { order_id }, When::Now).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Cancels one booked item of a paid order. What goes back follows the service's policy where the customer does it, and is
/// everything where the host does. A subscription ends when what is paid for is over.
///
/// # Errors
/// See [`CancelOrderError`].
pub async fn cancel_item(
    app: &TimeTap,
    order_id: Uuid,
    item_id: Uuid,
    actor: &Actor<'_>,
    message: &str,
) -> Result<(), CancelOrderError> {
    if find_own(app, order_id, actor).await?.is_none() {
        return Err(CancelOrderError::NotFound);
    }
    let items = list_items(app.db.reader(), order_id).await?;
    let item = items
        .into_iter()
        .find(|item| item.id == item_id)
        .ok_or(CancelOrderError::NotFound)?;
    match item.status.as_str() {
        "booked" => {}
        // Asked for twice, it is done once.
        "cancelled" => return Ok(()),
        _ => return Err(CancelOrderError::Over),
    }
    if is_weekly(&item) {
        return end_subscription(app, &item).await;
    }
    let appointments = list_item_appointments(app.db.reader(), item.id).await?;
    let appointment = appointments.first().ok_or(CancelOrderError::Over)?;
    Ok(cancel_known(app, appointment.id, actor, message).await?)
}

async fn end_subscription(app: &TimeTap, item: &order_item::Model) -> Result<(), CancelOrderError> {
    let txn = app.db.begin().await?;
    let job = Job::CancelSubscription {
        order_id: item.order_id,
    };
    enqueue_job(&txn, app, &job, When::Now).await?;
    txn.commit().await.map_err(StoreError::from)?;
    app.signal.ring();
    Ok(())
}
