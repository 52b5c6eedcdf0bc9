//! One appointment: by its id, by the key of the form that booked it, by the token that its customer holds.

use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::entities::appointment;
use crate::error::StoreError;

/// The appointment of this id. Knowing the id allows nothing: callers check who asks.
///
/// # Errors
/// The database refuses.
pub async fn find_appointment(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<appointment::Model>, StoreError> {
    Ok(appointment::Entity::find_by_id(id).one(on).await?)
}

/// The appointment of this id, for a transaction that will change it: on PostgreSQL others who want to do the same wait.
///
/// # Errors
/// The database refuses.
pub async fn find_appointment_to_change(
    on: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<appointment::Model>, StoreError> {
    let mut query = appointment::Entity::find_by_id(id);
    if on.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(on).await?)
}

/// The appointment that the form with this key has booked, as long as it was neither moved nor cancelled since.
///
/// # Errors
/// The database refuses.
pub async fn find_appointment_by_key(
    on: &impl ConnectionTrait,
    idempotency_key: &str,
) -> Result<Option<appointment::Model>, StoreError> {
    Ok(appointment::Entity::find()
        .filter(appointment::Column::IdempotencyKey.eq(idempotency_key))
        .one(on)
        .await?)
}

/// The appointment whose capability token has this hash. The lookup is by the hash of a 256-bit secret, so that how long
/// it takes tells nothing about the secret.
///
/// # Errors
/// The database refuses.
pub async fn find_appointment_by_capability(
    on: &impl ConnectionTrait,
    capability_hash: &str,
) -> Result<Option<appointment::Model>, StoreError> {
    Ok(appointment::Entity::find()
        .filter(appointment::Column::CapabilityHash.eq(capability_hash))
        .one(on)
        .await?)
}
