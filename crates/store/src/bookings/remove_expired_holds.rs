//! Makes room: removes holds whose time to become firm has run out.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::claim;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Removes the expired holds of one resource; part of every transaction that claims its time.
///
/// # Errors
/// The database refuses.
pub async fn remove_expired_holds(
    on: &impl ConnectionTrait,
    resource_id: Uuid,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let done = claim::Entity::delete_many()
        .filter(claim::Column::ResourceId.eq(resource_id))
        .filter(claim::Column::Kind.eq("held"))
        .filter(claim::Column::ExpiresAt.lte(UnixMillis::from(now)))
        .exec(on)
        .await?;
    Ok(done.rows_affected)
}
