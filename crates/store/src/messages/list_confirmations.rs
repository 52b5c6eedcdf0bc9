//! The confirmations of an appointment.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;

/// The mails that say that the appointment was booked, one for each audience.
///
/// # Errors
/// The database refuses.
pub async fn list_confirmations(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
) -> Result<Vec<message::Model>, StoreError> {
    Ok(message::Entity::find()
        .filter(message::Column::AppointmentId.eq(appointment_id))
        .filter(message::Column::Kind.eq("booked"))
        .all(on)
        .await?)
}
