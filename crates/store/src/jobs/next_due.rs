//! When there will be something to do.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// The instant at which the next queued job is due or the next lease runs out; perhaps past. `None` where nothing waits.
///
/// # Errors
/// The database refuses.
pub async fn next_due(on: &impl ConnectionTrait) -> Result<Option<Timestamp>, StoreError> {
    let row = on
        .query_one_raw(Statement::from_string(
            on.get_database_backend(),
            "SELECT MIN(at) AS at FROM (SELECT MIN(run_at) AS at FROM jobs WHERE state = 'queued' \
             UNION ALL SELECT MIN(lease_until) AS at FROM jobs WHERE state = 'leased') both_of_them",
        ))
        .await?;
    let at: Option<i64> = match row {
        Some(row) => row.try_get("", "at")?,
        None => None,
    };
    Ok(at.map(|at| UnixMillis(at).timestamp()))
}
