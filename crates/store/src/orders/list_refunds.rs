//! What of an order goes back.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::refund;
use crate::error::StoreError;

/// The refunds of an order, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn list_refunds(on: &impl ConnectionTrait, order_id: Uuid) -> Result<Vec<refund::Model>, StoreError> {
    Ok(refund::Entity::find()
        .filter(refund::Column::OrderId.eq(order_id))
        .order_by_asc(refund::Column::CreatedAt)
        .order_by_asc(refund::Column::Id)
        .all(on)
        .await?)
}
