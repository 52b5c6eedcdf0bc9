//! Gives back what a worker could not finish before it stops.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;

/// Puts all jobs leased by `worker` back into the queue, due at once and without blame, so that another worker need not
/// wait for the leases to run out. Returns how many.
///
/// # Errors
/// The database refuses.
pub async fn release_leases(on: &impl ConnectionTrait, worker: &str, now: Timestamp) -> Result<u64, StoreError> {
    let backend = on.get_database_backend();
    let mine = "state = 'leased' AND leased_by = $1";
    let twin = "EXISTS (SELECT 1 FROM jobs t WHERE t.dedupe_key = jobs.dedupe_key AND t.state = 'queued')";
    let run = |sql: String| Statement::from_sql_and_values(backend, sql, [worker.into(), now.as_millisecond().into()]);
    let folded = on
        .execute_raw(run(format!(
            "UPDATE jobs SET state = 'done', finished_at = $2, updated_at = $2, lease_until = NULL, leased_by = NULL \
             WHERE {mine} AND {twin}"
        )))
        .await?
        .rows_affected();
    let released = on
        .execute_raw(run(format!(
            "UPDATE jobs SET state = 'queued', run_at = $2, updated_at = $2, lease_until = NULL, leased_by = NULL \
             WHERE {mine} AND NOT {twin}"
        )))
        .await?
        .rows_affected();
    Ok(folded + released)
}
