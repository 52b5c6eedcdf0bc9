//! Empties a cart of what was ordered from it.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::cart_item::{Column, Entity};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Takes out what was in the cart when an order was made of it at `ordered_at`. What was put in or changed since stays.
///
/// # Errors
/// The database refuses.
pub async fn empty_cart(on: &impl ConnectionTrait, cart_id: Uuid, ordered_at: Timestamp) -> Result<u64, StoreError> {
    let done = Entity::delete_many()
        .filter(Column::CartId.eq(cart_id))
        .filter(Column::UpdatedAt.lte(UnixMillis::from(ordered_at)))
        .exec(on)
        .await?;
    Ok(done.rows_affected)
}
