//! The right to work on a job.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement, Value};
use uuid::Uuid;

use crate::error::StoreError;

/// The right to work on one job, as long as nobody claimed it anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job_id: Uuid,
    /// The fencing token of the claim.
    pub token: i64,
}

/// Sees to it that `lease` still holds, until the transaction `on` ends: what a worker writes about its work belongs
/// behind this, so that one that was thought dead does not overwrite its successor.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses.
pub async fn hold_lease(on: &impl ConnectionTrait, lease: Lease) -> Result<(), StoreError> {
    // SQLite's transactions exclude each other from their start; PostgreSQL needs the row locked.
    let lock = if on.get_database_backend() == DatabaseBackend::Postgres {
        " FOR UPDATE"
    } else {
        ""
    };
    let found = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            format!("SELECT id FROM jobs WHERE id = $1 AND lease_token = $2 AND state = 'leased'{lock}"),
            [lease.job_id.into(), lease.token.into()],
        ))
        .await?;
    found.map(|_| ()).ok_or(StoreError::LeaseLost)
}

/// Runs an `UPDATE` whose `WHERE` asks for job and token as `$1` and `$2`; no row means that the lease was lost.
pub(super) async fn update_leased(
    on: &impl ConnectionTrait,
    lease: Lease,
    set: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<(), StoreError> {
    let sql = format!("UPDATE jobs SET {set} WHERE id = $1 AND lease_token = $2 AND state = 'leased'");
    let values = [lease.job_id.into(), lease.token.into()].into_iter().chain(values);
    let done = on
        .execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::LeaseLost)
    }
}
