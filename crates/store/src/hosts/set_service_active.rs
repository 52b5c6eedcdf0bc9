//! Offers a service or hides it.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::service;
use crate::error::StoreError;

/// Writes whether the service can be booked. Returns whether it is this host's.
///
/// # Errors
/// The database refuses.
pub async fn set_service_active(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    service_id: Uuid,
    active: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = service::Entity::update_many()
        .set(service::ActiveModel {
            active: Set(active),
            updated_at: Set(now.into()),
            ..Default::default()
        })
        .filter(service::Column::Id.eq(service_id))
        .filter(service::Column::HostId.eq(host_id))
        .exec(on)
        .await?;
    Ok(done.rows_affected > 0)
}
