//! What stands in a host's time by their other calendars.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use timetap_core::span::Span;
use uuid::Uuid;

use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

#[derive(FromQueryResult)]
struct Row {
    starts_at: UnixMillis,
    ends_at: UnixMillis,
}

/// The busy time of `user_id` that overlaps `range`, as the connected calendars last said. What a calendar said that has
/// been disconnected since no longer counts.
///
/// # Errors
/// The database refuses.
pub async fn load_busy(on: &impl ConnectionTrait, user_id: Uuid, range: Span) -> Result<Vec<Span>, StoreError> {
    let sql = "SELECT b.starts_at, b.ends_at FROM busy_intervals b JOIN calendar_connections c ON c.id = b.connection_id \
               WHERE b.user_id = $1 AND b.starts_at < $2 AND b.ends_at > $3 AND c.status <> 'disconnected' \
               ORDER BY b.starts_at";
    let rows = Row::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [
            user_id.into(),
            range.end.as_millisecond().into(),
            range.start.as_millisecond().into(),
        ],
    ))
    .all(on)
    .await?;
    // A calendar's event without length blocks nothing.
    Ok(rows
        .into_iter()
        .filter_map(|row| Span::new(row.starts_at.into(), row.ends_at.into()).ok())
        .collect())
}
