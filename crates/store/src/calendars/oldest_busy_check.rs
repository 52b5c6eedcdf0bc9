//! How stale the stalest busy times are.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// When the connection that was asked longest ago was asked (or made, where it never was), of those whose busy times are kept
/// fresh; see [`super::list_connected`]. `None` where there is none.
///
/// # Errors
/// The database refuses.
pub async fn oldest_busy_check(on: &impl ConnectionTrait) -> Result<Option<Timestamp>, StoreError> {
    let row = on
        .query_one_raw(Statement::from_string(
            on.get_database_backend(),
            "SELECT MIN(COALESCE(busy_checked_at, created_at)) AS at FROM calendar_connections \
             WHERE status IN ('active', 'syncing', 'degraded')",
        ))
        .await?;
    let at: Option<i64> = match row {
        Some(row) => row.try_get("", "at")?,
        None => None,
    };
    Ok(at.map(|at| UnixMillis(at).timestamp()))
}
