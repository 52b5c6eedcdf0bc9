//! Finds connections and their calendars.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
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

/// Whether the connection's owner lets events be written there.
pub fn takes_events(connection: &calendar_connection::Model) -> bool {
    connection.sync_enabled && connection.direction != "read"
}

/// Whether the connection's owner lets busy times be read there.
pub fn reads_busy(connection: &calendar_connection::Model) -> bool {
    connection.sync_enabled && connection.direction != "write"
}

/// The connection through which a person's events are written: it names a calendar for them, is not disconnected, and its
/// owner lets events be written there.
///
/// # Errors
/// The database refuses.
pub async fn find_write_connection(
    on: &impl ConnectionTrait,
    user_id: Uuid,
) -> Result<Option<calendar_connection::Model>, StoreError> {
    Ok(calendar_connection::Entity::find()
        .filter(calendar_connection::Column::UserId.eq(user_id))
        .filter(calendar_connection::Column::Status.ne("disconnected"))
        .filter(calendar_connection::Column::WriteCalendarId.is_not_null())
        .filter(calendar_connection::Column::SyncEnabled.eq(true))
        .filter(calendar_connection::Column::Direction.ne("read"))
        .order_by_asc(calendar_connection::Column::CreatedAt)
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
