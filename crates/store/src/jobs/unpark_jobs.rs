//! Wakes the jobs that waited for a calendar connection.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::error::StoreError;

/// Queues, due at once and with a clean count, every parked job about the connection, about a write that goes through it,
/// or about a write of its owner that has no connection yet. Returns how many.
///
/// # Errors
/// The database refuses.
pub async fn unpark_jobs(on: &impl ConnectionTrait, connection_id: Uuid, now: Timestamp) -> Result<u64, StoreError> {
    let backend = on.get_database_backend();
    let concerned = "state = 'parked' AND (subject_id = $1 OR subject_id IN (\
         SELECT w.id FROM calendar_writes w WHERE w.connection_id = $1 OR (w.connection_id IS NULL AND w.user_id = \
         (SELECT c.user_id FROM calendar_connections c WHERE c.id = $1))))";
    let run =
        |sql: String| Statement::from_sql_and_values(backend, sql, [connection_id.into(), now.as_millisecond().into()]);
    on.execute_raw(run(format!(
        "UPDATE jobs SET state = 'done', finished_at = $2, updated_at = $2 WHERE {concerned} AND EXISTS (\
         SELECT 1 FROM jobs t WHERE t.dedupe_key = jobs.dedupe_key AND t.state = 'queued')"
    )))
    .await?;
    let woken = on
        .execute_raw(run(format!(
            "UPDATE jobs SET state = 'queued', run_at = $2, attempts = 0, updated_at = $2 WHERE {concerned}"
        )))
        .await?
        .rows_affected();
    Ok(woken)
}
