//! Writes down what a service can be bought with: rooms, dates, weekly times.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::entities::{occurrence, recurring_template, room, service_room};
use crate::error::StoreError;

/// Inserts a room.
///
/// # Errors
/// [`StoreError::Duplicate`] where its name is taken.
pub async fn insert_room(on: &impl ConnectionTrait, row: room::Model) -> Result<(), StoreError> {
    room::Entity::insert(row.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}

/// Says that a service needs one of its rooms, of which this is one.
///
/// # Errors
/// The database refuses.
pub async fn insert_service_room(on: &impl ConnectionTrait, service_id: Uuid, room_id: Uuid) -> Result<(), StoreError> {
    let row = service_room::Model { service_id, room_id };
    service_room::Entity::insert(row.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}

/// Inserts a dated occurrence.
///
/// # Errors
/// The database refuses.
pub async fn insert_occurrence(on: &impl ConnectionTrait, row: occurrence::Model) -> Result<(), StoreError> {
    occurrence::Entity::insert(row.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}

/// Inserts a weekly time.
///
/// # Errors
/// The database refuses.
pub async fn insert_template(on: &impl ConnectionTrait, row: recurring_template::Model) -> Result<(), StoreError> {
    recurring_template::Entity::insert(row.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}
