//! Who serves a service, and in which rooms.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::{service_room, service_staff};
use crate::error::StoreError;

/// The people named for the service, in order; nobody stands for its host.
///
/// # Errors
/// The database refuses.
pub async fn list_service_staff(on: &impl ConnectionTrait, service_id: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let rows = service_staff::Entity::find()
        .filter(service_staff::Column::ServiceId.eq(service_id))
        .order_by_asc(service_staff::Column::Position)
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|row| row.user_id).collect())
}

/// The rooms of which the service needs one.
///
/// # Errors
/// The database refuses.
pub async fn list_service_rooms(on: &impl ConnectionTrait, service_id: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let rows = service_room::Entity::find()
        .filter(service_room::Column::ServiceId.eq(service_id))
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|row| row.room_id).collect())
}

/// Names these people for the service, and nobody else.
///
/// # Errors
/// The database refuses.
pub async fn replace_service_staff(
    on: &impl ConnectionTrait,
    service_id: Uuid,
    staff: &[Uuid],
) -> Result<(), StoreError> {
    service_staff::Entity::delete_many()
        .filter(service_staff::Column::ServiceId.eq(service_id))
        .exec(on)
        .await?;
    let rows = (1..).zip(staff).map(|(position, user_id)| {
        service_staff::Model {
            service_id,
            user_id: *user_id,
            position,
        }
        .into_active_model()
    });
    if !staff.is_empty() {
        service_staff::Entity::insert_many(rows)
            .exec_without_returning(on)
            .await?;
    }
    Ok(())
}

/// Lets the service take one of these rooms, and of no others.
///
/// # Errors
/// The database refuses.
pub async fn replace_service_rooms(
    on: &impl ConnectionTrait,
    service_id: Uuid,
    rooms: &[Uuid],
) -> Result<(), StoreError> {
    service_room::Entity::delete_many()
        .filter(service_room::Column::ServiceId.eq(service_id))
        .exec(on)
        .await?;
    let rows = rooms.iter().map(|room_id| {
        service_room::Model {
            service_id,
            room_id: *room_id,
        }
        .into_active_model()
    });
    if !rooms.is_empty() {
        service_room::Entity::insert_many(rows)
            .exec_without_returning(on)
            .await?;
    }
    Ok(())
}
