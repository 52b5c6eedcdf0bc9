//! The sign of life of a worker.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;

use crate::error::StoreError;
use crate::jobs::lease::{Lease, update_leased};

/// Prolongs `lease` until `until`.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses.
pub async fn extend_lease(on: &impl ConnectionTrait, lease: Lease, until: Timestamp) -> Result<(), StoreError> {
    update_leased(on, lease, "lease_until = $3", [until.as_millisecond().into()]).await
}
