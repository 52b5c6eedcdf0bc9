//! Gives jobs of silent workers back to the queue.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;

/// Puts every job whose lease ran out back into the queue, due at once, with one more failed attempt. Where the same work
/// was queued anew in the meantime, that one takes over. Returns how many leases had run out.
///
/// # Errors
/// The database refuses; on PostgreSQL that may be because the same work was queued at the same moment: try again.
pub async fn reap_leases(on: &impl ConnectionTrait, now: Timestamp) -> Result<u64, StoreError> {
    let backend = on.get_database_backend();
    let at = now.as_millisecond();
    let lost = "state = 'leased' AND lease_until <= $1";
    let twin = "EXISTS (SELECT 1 FROM jobs t WHERE t.dedupe_key = jobs.dedupe_key AND t.state = 'queued')";
    let folded = on
        .execute_raw(Statement::from_sql_and_values(
            backend,
            format!(
                "UPDATE jobs SET state = 'done', finished_at = $1, updated_at = $1, lease_until = NULL, leased_by = NULL, \
                 last_error_code = 'worker_lost', last_error = 'Its worker fell silent; newer work of the same kind took over.' \
                 WHERE {lost} AND {twin}"
            ),
            [at.into()],
        ))
        .await?
        .rows_affected();
    let returned = on
        .execute_raw(Statement::from_sql_and_values(
            backend,
            format!(
                "UPDATE jobs SET state = 'queued', run_at = $1, updated_at = $1, lease_until = NULL, leased_by = NULL, \
                 attempts = attempts + 1, last_error_code = 'worker_lost', \
                 last_error = 'Its worker fell silent.' WHERE {lost} AND NOT {twin}"
            ),
            [at.into()],
        ))
        .await?
        .rows_affected();
    Ok(folded + returned)
}
