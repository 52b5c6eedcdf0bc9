//! Gives an appointment's time back.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::claim;
use crate::error::StoreError;

/// Removes the appointment's claim, where it has one.
///
/// # Errors
/// The database refuses.
pub async fn release_claim(on: &impl ConnectionTrait, appointment_id: Uuid) -> Result<(), StoreError> {
    claim::Entity::delete_many()
        .filter(claim::Column::AppointmentId.eq(appointment_id))
        .exec(on)
        .await?;
    Ok(())
}
