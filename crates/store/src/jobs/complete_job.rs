//! Marks a job as done.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;

use crate::error::StoreError;
use crate::jobs::lease::{Lease, update_leased};

/// The job is done.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses.
pub async fn complete_job(on: &impl ConnectionTrait, lease: Lease, now: Timestamp) -> Result<(), StoreError> {
    update_leased(
        on,
        lease,
        "state = 'done', finished_at = $3, updated_at = $3, lease_until = NULL, leased_by = NULL",
        [now.as_millisecond().into()],
    )
    .await
}
