//! Puts a leased job back into the queue for later.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;
use crate::jobs::lease::{Lease, update_leased};

/// Why and when a job is tried again.
#[derive(Clone, Debug)]
pub struct Retry<'a> {
    /// Not before.
    pub run_at: Timestamp,
    /// Code and words of the failure; `None` where nothing failed and the job just looks again.
    pub failure: Option<(&'a str, &'a str)>,
}

/// Queues the job for `retry.run_at`; a failure counts as one more attempt, looking again starts the count anew. Where the
/// same work was queued in the meantime, this job is folded into that one, which then runs at the earlier of the two
/// instants and remembers the attempts.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses; [`StoreError::Duplicate`] where the same work was queued at the
/// same moment: try the transaction again.
pub async fn retry_job(
    on: &impl ConnectionTrait,
    lease: Lease,
    retry: &Retry<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let backend = on.get_database_backend();
    let failed = i64::from(retry.failure.is_some());
    let (code, message) = retry.failure.unzip();
    // The one condition that matters is the token: without it a worker that lost the job would speak for its successor.
    let folded = on
        .query_one_raw(Statement::from_sql_and_values(
            backend,
            "UPDATE jobs SET state = 'done', finished_at = $3, updated_at = $3, lease_until = NULL, leased_by = NULL, \
             attempts = attempts + $4, last_error_code = $5, last_error = $6 \
             WHERE id = $1 AND lease_token = $2 AND state = 'leased' AND EXISTS (\
               SELECT 1 FROM jobs t WHERE t.dedupe_key = jobs.dedupe_key AND t.state = 'queued') \
             RETURNING dedupe_key, attempts",
            [
                lease.job_id.into(),
                lease.token.into(),
                now.as_millisecond().into(),
                failed.into(),
                code.into(),
                message.into(),
            ],
        ))
        .await?;
    if let Some(row) = folded {
        let key: String = row.try_get("", "dedupe_key")?;
        let attempts: i64 = if failed == 1 { row.try_get("", "attempts")? } else { 0 };
        on.execute_raw(Statement::from_sql_and_values(
            backend,
            "UPDATE jobs SET run_at = CASE WHEN run_at > $2 THEN $2 ELSE run_at END, \
             attempts = CASE WHEN attempts < $3 THEN $3 ELSE attempts END, updated_at = $4 \
             WHERE dedupe_key = $1 AND state = 'queued'",
            [
                key.into(),
                retry.run_at.as_millisecond().into(),
                attempts.into(),
                now.as_millisecond().into(),
            ],
        ))
        .await?;
        return Ok(());
    }
    update_leased(
        on,
        lease,
        "state = 'queued', run_at = $3, updated_at = $4, lease_until = NULL, leased_by = NULL, \
         attempts = (attempts + $5) * $5, last_error_code = $6, last_error = $7",
        [
            retry.run_at.as_millisecond().into(),
            now.as_millisecond().into(),
            failed.into(),
            code.into(),
            message.into(),
        ],
    )
    .await
}
