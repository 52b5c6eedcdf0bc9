//! Finds one service of a host.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::service;
use crate::error::StoreError;

/// The service, where it is this host's.
///
/// # Errors
/// The database refuses.
pub async fn find_service(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    service_id: Uuid,
) -> Result<Option<service::Model>, StoreError> {
    Ok(service::Entity::find_by_id(service_id)
        .filter(service::Column::HostId.eq(host_id))
        .one(on)
        .await?)
}

/// The service of this id, whosever it is.
///
/// # Errors
/// The database refuses.
pub async fn find_service_row(
    on: &impl ConnectionTrait,
    service_id: Uuid,
) -> Result<Option<service::Model>, StoreError> {
    Ok(service::Entity::find_by_id(service_id).one(on).await?)
}

/// The host's service at this address below the host's page, offered or hidden.
///
/// # Errors
/// The database refuses.
pub async fn find_service_by_slug(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    slug: &str,
) -> Result<Option<service::Model>, StoreError> {
    Ok(service::Entity::find()
        .filter(service::Column::HostId.eq(host_id))
        .filter(service::Column::Slug.eq(slug))
        .one(on)
        .await?)
}
