//! Whether somebody has a calendar that events are written to.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::calendar_connection;
use crate::error::StoreError;

/// Whether `user_id` has a Google account connected, even one that has to be reconnected, with a calendar for new events.
///
/// # Errors
/// The database refuses.
pub async fn has_calendar_to_write(on: &impl ConnectionTrait, user_id: Uuid) -> Result<bool, StoreError> {
    let connections = calendar_connection::Entity::find()
        .filter(calendar_connection::Column::UserId.eq(user_id))
        .filter(calendar_connection::Column::Provider.eq("google"))
        .filter(calendar_connection::Column::Status.ne("disconnected"))
        .filter(calendar_connection::Column::WriteCalendarId.is_not_null())
        .count(on)
        .await?;
    Ok(connections > 0)
}
