//! The order that was made of a cart and is not paid yet.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::order::{Column, Entity, Model};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// The orders of these carts that hold their times while somebody may still pay, latest first.
///
/// # Errors
/// The database refuses.
pub async fn list_waiting_orders(
    on: &impl ConnectionTrait,
    carts: &[Uuid],
    now: Timestamp,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::CartId.is_in(carts.iter().copied()))
        .filter(Column::Status.eq("awaiting_payment"))
        .filter(Column::HoldExpiresAt.gt(UnixMillis::from(now)))
        .order_by_desc(Column::CreatedAt)
        .all(on)
        .await?)
}
