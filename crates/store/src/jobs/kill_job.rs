//! Lays a job to rest among the dead letters.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;

use crate::error::StoreError;
use crate::jobs::lease::{Lease, update_leased};

/// The job failed for good, for the reason `code` and `message`; [`super::requeue_dead::requeue_dead`] brings it back.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses.
pub async fn kill_job(
    on: &impl ConnectionTrait,
    lease: Lease,
    code: &str,
    message: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    update_leased(
        on,
        lease,
        "state = 'dead', attempts = attempts + 1, last_error_code = $4, last_error = $5, updated_at = $3, \
         lease_until = NULL, leased_by = NULL",
        [now.as_millisecond().into(), code.into(), message.into()],
    )
    .await
}
