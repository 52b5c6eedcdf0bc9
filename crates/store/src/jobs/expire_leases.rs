//! Declares all leases void.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;

/// Lets every lease on a job run out at `now`, so that [`super::reap_leases::reap_leases`] gives the jobs back, and takes
/// back every right to refresh a token. For a worker that knows that all others are dead, see
/// [`super::worker_presence::WorkerPresence`]. Returns how many jobs were leased.
///
/// # Errors
/// The database refuses.
pub async fn expire_leases(on: &impl ConnectionTrait, now: Timestamp) -> Result<u64, StoreError> {
    let backend = on.get_database_backend();
    let expired = on
        .execute_raw(Statement::from_sql_and_values(
            backend,
            "UPDATE jobs SET lease_until = $1 WHERE state = 'leased' AND lease_until > $1",
            [now.as_millisecond().into()],
        ))
        .await?
        .rows_affected();
    on.execute_raw(Statement::from_string(
        backend,
        "UPDATE calendar_connections SET token_lease_until = NULL WHERE token_lease_until IS NOT NULL",
    ))
    .await?;
    Ok(expired)
}
