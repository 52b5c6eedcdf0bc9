//! Lays a job aside until a person has done something.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;
use crate::jobs::lease::{Lease, update_leased};

/// The job waits for a person, for the reason `code` and `message`. Only one job of a key waits: older ones are taken for
/// done. [`super::unpark_jobs::unpark_jobs`] wakes it.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses.
pub async fn park_job(
    on: &impl ConnectionTrait,
    lease: Lease,
    code: &str,
    message: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    update_leased(
        on,
        lease,
        "state = 'parked', last_error_code = $4, last_error = $5, updated_at = $3, lease_until = NULL, leased_by = NULL",
        [now.as_millisecond().into(), code.into(), message.into()],
    )
    .await?;
    on.execute_raw(Statement::from_sql_and_values(
        on.get_database_backend(),
        "UPDATE jobs SET state = 'done', finished_at = $2, updated_at = $2 WHERE state = 'parked' AND id <> $1 \
         AND dedupe_key = (SELECT dedupe_key FROM jobs WHERE id = $1)",
        [lease.job_id.into(), now.as_millisecond().into()],
    ))
    .await?;
    Ok(())
}
