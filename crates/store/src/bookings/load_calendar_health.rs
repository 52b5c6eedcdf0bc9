//! How well a host's other calendars are known.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::calendar_connection;
use crate::error::StoreError;

/// The connections of `user_id` that have not been disconnected, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn load_calendar_health(
    on: &impl ConnectionTrait,
    user_id: Uuid,
) -> Result<Vec<calendar_connection::Model>, StoreError> {
    Ok(calendar_connection::Entity::find()
        .filter(calendar_connection::Column::UserId.eq(user_id))
        .filter(calendar_connection::Column::Status.ne("disconnected"))
        .order_by_asc(calendar_connection::Column::CreatedAt)
        .all(on)
        .await?)
}
