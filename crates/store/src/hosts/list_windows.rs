//! A host's weekly hours.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::schedule_window;
use crate::error::StoreError;

/// The windows by weekday (1 is Monday) and start.
///
/// # Errors
/// The database refuses.
pub async fn list_windows(on: &impl ConnectionTrait, host_id: Uuid) -> Result<Vec<schedule_window::Model>, StoreError> {
    Ok(schedule_window::Entity::find()
        .filter(schedule_window::Column::HostId.eq(host_id))
        .order_by_asc(schedule_window::Column::Weekday)
        .order_by_asc(schedule_window::Column::StartMinute)
        .all(on)
        .await?)
}
