//! Writes a new appointment down.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::entities::appointment;
use crate::error::StoreError;

/// Inserts the appointment.
///
/// # Errors
/// [`StoreError::Duplicate`] where its idempotency key has been used; on PostgreSQL the transaction is then over.
pub async fn insert_appointment(on: &impl ConnectionTrait, appointment: &appointment::Model) -> Result<(), StoreError> {
    appointment::Entity::insert(appointment.clone().into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}
