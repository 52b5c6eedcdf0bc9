//! Writes a new order down.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::entities::{order, order_item};
use crate::error::StoreError;

/// Inserts the order and its items.
///
/// # Errors
/// [`StoreError::Duplicate`] where its number or idempotency key has been used; on PostgreSQL the transaction is then over.
pub async fn insert_order(
    on: &impl ConnectionTrait,
    order: &order::Model,
    items: &[order_item::Model],
) -> Result<(), StoreError> {
    order::Entity::insert(order.clone().into_active_model())
        .exec_without_returning(on)
        .await?;
    let items = items.iter().map(|item| item.clone().into_active_model());
    order_item::Entity::insert_many(items)
        .exec_without_returning(on)
        .await?;
    Ok(())
}
