//! Gives a date its usual hours back.

use timetap_store::StoreError;
use timetap_store::hosts::delete_override::delete_override;
use uuid::Uuid;

use super::require_host::{HostRefused, require_host};
use super::save_override::parse_plain_date;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why nothing was removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveOverrideError {
    /// The host has no special hours on that date, or it is no date.
    #[error("There are no special hours on this day any more.")]
    NotFound,
    /// Not this account.
    #[error(transparent)]
    Refused(#[from] HostRefused),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for RemoveOverrideError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Removes the special hours of `date` (`YYYY-MM-DD`).
///
/// # Errors
/// See [`RemoveOverrideError`].
pub async fn remove_override(app: &TimeTap, user_id: Uuid, date: &str) -> Result<(), RemoveOverrideError> {
    let date = parse_plain_date(date.trim());
    let txn = app.db.begin().await?;
    require_host(&txn, app, user_id).await?;
    let date = date.ok_or(RemoveOverrideError::NotFound)?;
    if !delete_override(&txn, user_id, date).await? {
        return Err(RemoveOverrideError::NotFound);
    }
    txn.commit().await.map_err(StoreError::from)?;
    Ok(())
}
