//! A host's services.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::service;
use crate::error::StoreError;

/// All services, offered and hidden, in the host's order.
///
/// # Errors
/// The database refuses.
pub async fn list_services(on: &impl ConnectionTrait, host_id: Uuid) -> Result<Vec<service::Model>, StoreError> {
    Ok(service::Entity::find()
        .filter(service::Column::HostId.eq(host_id))
        .order_by_asc(service::Column::Position)
        .order_by_asc(service::Column::Id)
        .all(on)
        .await?)
}
