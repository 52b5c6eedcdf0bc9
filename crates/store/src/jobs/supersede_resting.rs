//! Clears away jobs that rest, because the same work begins anew.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;

/// Takes every dead or parked job of this key for done. For when a person's retry queues the work afresh.
///
/// # Errors
/// The database refuses.
pub async fn supersede_resting(on: &impl ConnectionTrait, dedupe_key: &str, now: Timestamp) -> Result<u64, StoreError> {
    let done = on
        .execute_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            "UPDATE jobs SET state = 'done', finished_at = $2, updated_at = $2 \
             WHERE dedupe_key = $1 AND state IN ('dead', 'parked')",
            [dedupe_key.into(), now.as_millisecond().into()],
        ))
        .await?;
    Ok(done.rows_affected())
}
