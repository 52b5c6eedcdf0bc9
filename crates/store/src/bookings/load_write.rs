//! How far an appointment got into a person's calendar.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::calendar_write;
use crate::error::StoreError;

/// The write of one appointment into the calendar of `user_id`, if any is wished.
///
/// # Errors
/// The database refuses.
pub async fn load_write(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
    user_id: Uuid,
) -> Result<Option<calendar_write::Model>, StoreError> {
    Ok(calendar_write::Entity::find()
        .filter(calendar_write::Column::AppointmentId.eq(appointment_id))
        .filter(calendar_write::Column::UserId.eq(user_id))
        .one(on)
        .await?)
}
