//! What the public sees of a host: the profile behind an address, and the services on it.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement};
use uuid::Uuid;

use crate::entities::{host, service};
use crate::error::StoreError;

/// The host whose public address is `slug`, where their account may be booked: neither disabled nor a mere customer's.
///
/// # Errors
/// The database refuses.
pub async fn find_public_host(on: &impl ConnectionTrait, slug: &str) -> Result<Option<host::Model>, StoreError> {
    let sql = "SELECT h.* FROM hosts h JOIN users u ON u.id = h.user_id \
               WHERE h.slug = $1 AND u.disabled_at IS NULL AND u.role <> 'customer'";
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, [slug.into()]);
    Ok(host::Model::find_by_statement(statement).one(on).await?)
}

/// The active service of the host that has this address.
///
/// # Errors
/// The database refuses.
pub async fn find_active_service(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    slug: &str,
) -> Result<Option<service::Model>, StoreError> {
    Ok(service::Entity::find()
        .filter(service::Column::HostId.eq(host_id))
        .filter(service::Column::Slug.eq(slug))
        .filter(service::Column::Active.eq(true))
        .one(on)
        .await?)
}

/// The host's active services, in the host's order.
///
/// # Errors
/// The database refuses.
pub async fn list_active_services(on: &impl ConnectionTrait, host_id: Uuid) -> Result<Vec<service::Model>, StoreError> {
    Ok(service::Entity::find()
        .filter(service::Column::HostId.eq(host_id))
        .filter(service::Column::Active.eq(true))
        .order_by_asc(service::Column::Position)
        .order_by_asc(service::Column::Title)
        .all(on)
        .await?)
}
