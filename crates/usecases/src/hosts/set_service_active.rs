//! Offers a service or hides it. Services are never deleted: bookings refer to them.

use timetap_store::StoreError;
use timetap_store::hosts::set_service_active::set_service_active as write;
use uuid::Uuid;

use super::require_host::{HostRefused, require_host_of};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SetServiceActiveError {
    /// There is no such service, or it is nobody's for whom this account may act.
    #[error("There is no such service.")]
    NotFound,
    /// Not this account.
    #[error(transparent)]
    Refused(#[from] HostRefused),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for SetServiceActiveError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Offers (`active`) or hides the service. What is booked stays.
///
/// # Errors
/// See [`SetServiceActiveError`].
pub async fn set_service_active(
    app: &TimeTap,
    user_id: Uuid,
    service_id: Uuid,
    active: bool,
) -> Result<(), SetServiceActiveError> {
    let txn = app.db.begin().await?;
    let host_id = require_host_of(&txn, app, user_id, service_id)
        .await?
        .ok_or(SetServiceActiveError::NotFound)?;
    if !write(&txn, host_id, service_id, active, app.clock.now()).await? {
        return Err(SetServiceActiveError::NotFound);
    }
    txn.commit().await.map_err(StoreError::from)?;
    Ok(())
}
