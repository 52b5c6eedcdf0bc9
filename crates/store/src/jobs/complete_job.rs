//! Marks jobs as done.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::error::StoreError;
use crate::jobs::lease::Lease;
use crate::number_rows::{number_rows, padded};

/// The job is done.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses.
pub async fn complete_job(on: &impl ConnectionTrait, lease: Lease, now: Timestamp) -> Result<(), StoreError> {
    complete_jobs(on, &[lease], now).await
}

/// The same for several different jobs, in one statement.
///
/// # Errors
/// [`StoreError::LeaseLost`] where any of the leases is gone: then the transaction has to be undone. Or the database refuses.
pub async fn complete_jobs(on: &impl ConnectionTrait, leases: &[Lease], now: Timestamp) -> Result<(), StoreError> {
    if leases.is_empty() {
        return Ok(());
    }
    let named = padded(leases);
    let rows = number_rows(named.len(), 2, |[id, token]| format!("(${id}, ${token})"));
    let sql = format!(
        "WITH held (job_id, token) AS (VALUES {rows}) \
         UPDATE jobs SET state = 'done', finished_at = $1, updated_at = $1, lease_until = NULL, leased_by = NULL FROM held \
         WHERE jobs.id = held.job_id AND jobs.lease_token = held.token AND jobs.state = 'leased'"
    );
    let mut values: Vec<Value> = vec![now.as_millisecond().into()];
    for lease in named {
        values.extend([lease.job_id.into(), lease.token.into()]);
    }
    let done = on
        .execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    if usize::try_from(done.rows_affected()) == Ok(leases.len()) {
        Ok(())
    } else {
        Err(StoreError::LeaseLost)
    }
}
