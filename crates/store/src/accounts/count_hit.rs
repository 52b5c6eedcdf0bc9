//! Counts a try within a window of time, for all replicas together.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;

/// Counts one more try of `key` in the window that began at `window_start`, and returns how many there are with it. One
/// statement, so that tries at the same instant in several processes are all counted.
///
/// # Errors
/// The database refuses.
pub async fn count_hit(on: &impl ConnectionTrait, key: &str, window_start: Timestamp) -> Result<i64, StoreError> {
    let sql = "INSERT INTO rate_limits (key, window_start, hits) VALUES ($1, $2, 1) \
               ON CONFLICT (key, window_start) DO UPDATE SET hits = rate_limits.hits + 1 RETURNING hits";
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [key.into(), window_start.as_millisecond().into()],
        ))
        .await?
        .ok_or_else(|| StoreError::Inconsistent {
            place: "rate_limits.hits",
            what: "an upsert returned no row".to_owned(),
        })?;
    Ok(row.try_get_by_index(0)?)
}
