//! Puts a host's services in order.

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::service;
use crate::error::StoreError;

/// Gives each of these services its position. To be called within a transaction that holds the host's row.
///
/// # Errors
/// The database refuses.
pub async fn set_service_positions(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    positions: &[(Uuid, i64)],
) -> Result<(), StoreError> {
    for (service_id, position) in positions {
        service::Entity::update_many()
            .set(service::ActiveModel {
                position: Set(*position),
                ..Default::default()
            })
            .filter(service::Column::Id.eq(*service_id))
            .filter(service::Column::HostId.eq(host_id))
            .exec(on)
            .await?;
    }
    Ok(())
}
