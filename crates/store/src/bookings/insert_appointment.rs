//! Writes a new appointment down.

use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, IntoActiveModel, QueryTrait, Statement};

use crate::entities::appointment;
use crate::error::StoreError;

/// Inserts the appointment.
///
/// # Errors
/// [`StoreError::Duplicate`] where its idempotency key has been used; on PostgreSQL the transaction is then over.
pub async fn insert_appointment(on: &impl ConnectionTrait, appointment: &appointment::Model) -> Result<(), StoreError> {
    on.execute_raw(insertion(on.get_database_backend(), appointment))
        .await?;
    Ok(())
}

/// The statement that inserts the appointment.
pub(super) fn insertion(backend: DatabaseBackend, appointment: &appointment::Model) -> Statement {
    appointment::Entity::insert(appointment.clone().into_active_model()).build(backend)
}
