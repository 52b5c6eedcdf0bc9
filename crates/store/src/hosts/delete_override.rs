//! Takes back the hours of single dates.

use jiff::civil::Date;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::schedule_override;
use crate::error::StoreError;

/// Removes the override of `date`. Returns whether there was one.
///
/// # Errors
/// The database refuses.
pub async fn delete_override(on: &impl ConnectionTrait, host_id: Uuid, date: Date) -> Result<bool, StoreError> {
    let gone = schedule_override::Entity::delete_many()
        .filter(schedule_override::Column::HostId.eq(host_id))
        .filter(schedule_override::Column::Date.eq(date.to_string()))
        .exec(on)
        .await?;
    Ok(gone.rows_affected > 0)
}

/// Removes the overrides of all dates before `date`: nobody can book there any more.
///
/// # Errors
/// The database refuses.
pub async fn delete_overrides_before(on: &impl ConnectionTrait, host_id: Uuid, date: Date) -> Result<(), StoreError> {
    schedule_override::Entity::delete_many()
        .filter(schedule_override::Column::HostId.eq(host_id))
        .filter(schedule_override::Column::Date.lt(date.to_string()))
        .exec(on)
        .await?;
    Ok(())
}
