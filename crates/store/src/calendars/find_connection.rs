//! Finds connections and their calendars.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};
use uuid::Uuid;

use crate::entities::{calendar_connection, connection_calendar};
use crate::error::StoreError;

/// The connection `id`, in whatever state.
///
/// # Errors
/// The database refuses.
pub async fn find_connection(
    on: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<calendar_connection::Model>, StoreError> {
    Ok(calendar_connection::Entity::find_by_id(id).one(on).await?)
}

/// All connections of a person, disconnected ones included, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn list_connections(
    on: &impl ConnectionTrait,
    user_id: Uuid,
) -> Result<Vec<calendar_connection::Model>, StoreError> {
    Ok(calendar_connection::Entity::find()
        .filter(calendar_connection::Column::UserId.eq(user_id))
        .order_by_asc(calendar_connection::Column::CreatedAt)
        .order_by_asc(calendar_connection::Column::Id)
        .all(on)
        .await?)
}

/// Of a connection `c`: that events are written through it. It names a calendar for them and is not disconnected. Where a
/// person has several, the oldest is the one.
pub(crate) const RECEIVES_EVENTS: &str = "c.status <> 'disconnected' AND c.write_calendar_id IS NOT NULL";

/// The connection through which a person's events are written: it names a calendar for them and is not disconnected.
///
/// # Errors
/// The database refuses.
pub async fn find_write_connection(
    on: &impl ConnectionTrait,
    user_id: Uuid,
) -> Result<Option<calendar_connection::Model>, StoreError> {
    let sql = format!(
        "SELECT c.* FROM calendar_connections c WHERE c.user_id = $1 AND {RECEIVES_EVENTS} ORDER BY c.created_at LIMIT 1"
    );
    Ok(calendar_connection::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [user_id.into()],
        ))
        .one(on)
        .await?)
}

/// The calendars of a connection, the primary one first, then by name.
///
/// # Errors
/// The database refuses.
pub async fn list_calendars(
    on: &impl ConnectionTrait,
    connection_id: Uuid,
) -> Result<Vec<connection_calendar::Model>, StoreError> {
    Ok(connection_calendar::Entity::find()
        .filter(connection_calendar::Column::ConnectionId.eq(connection_id))
        .order_by_desc(connection_calendar::Column::IsPrimary)
        .order_by_asc(connection_calendar::Column::Summary)
        .all(on)
        .await?)
}
