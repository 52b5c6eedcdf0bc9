//! What was ordered.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::order_item;
use crate::error::StoreError;

/// The items of an order, in its own order.
///
/// # Errors
/// The database refuses.
pub async fn list_items(on: &impl ConnectionTrait, order_id: Uuid) -> Result<Vec<order_item::Model>, StoreError> {
    Ok(order_item::Entity::find()
        .filter(order_item::Column::OrderId.eq(order_id))
        .order_by_asc(order_item::Column::Position)
        .all(on)
        .await?)
}
