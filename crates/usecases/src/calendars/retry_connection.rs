//! A person asks for a fresh look at a connected account.

use timetap_store::calendars::find_connection::find_connection;
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why nobody looks.
#[derive(Debug, thiserror::Error)]
pub enum RetryConnectionError {
    /// There is no such connection of this person, or it is disconnected.
    #[error("There is no such connection.")]
    NotFound,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<timetap_store::StoreError> for RetryConnectionError {
    fn from(error: timetap_store::StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Reads the list of calendars and the busy times anew, at once.
///
/// # Errors
/// See [`RetryConnectionError`].
pub async fn retry_connection(app: &TimeTap, user_id: Uuid, connection_id: Uuid) -> Result<(), RetryConnectionError> {
    let txn = app.db.begin().await?;
    find_connection(&txn, connection_id)
        .await?
        .filter(|connection| connection.user_id == user_id && connection.status != "disconnected")
        .ok_or(RetryConnectionError::NotFound)?;
    enqueue_job(&txn, app, &Job::RefreshCalendars { connection_id }, When::Now).await?;
    enqueue_job(&txn, app, &Job::RefreshBusy { connection_id }, When::Now).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    app.signal.ring();
    Ok(())
}
