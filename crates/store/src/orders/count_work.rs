//! How much somebody has to do, so that work goes to whoever has least.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement, Value};
use timetap_core::span::Span;
use uuid::Uuid;

use crate::error::StoreError;

/// The minutes of `host_id` that are claimed within `range`, holds that have run out by `now` left out. A claim counts
/// whole where it begins inside.
///
/// # Errors
/// The database refuses.
pub async fn count_work(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    range: Span,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let sql = "SELECT CAST(COALESCE(SUM(ends_at - starts_at), 0) / 60000 AS BIGINT) AS minutes FROM claims \
               WHERE resource_id = $1 AND starts_at >= $2 AND starts_at < $3 \
               AND (expires_at IS NULL OR expires_at > $4)";
    let values: [Value; 4] = [
        host_id.into(),
        range.start.as_millisecond().into(),
        range.end.as_millisecond().into(),
        now.as_millisecond().into(),
    ];
    let row = on
        .query_one_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    Ok(row.map(|row| row.try_get("", "minutes")).transpose()?.unwrap_or(0))
}
