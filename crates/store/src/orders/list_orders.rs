//! Orders of a customer, and the appointments that came of one.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::entities::{appointment, order, order_item, payment, refund};
use crate::error::StoreError;

/// The orders that this account made, latest first, at most `limit`.
///
/// # Errors
/// The database refuses.
pub async fn list_customer_orders(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    limit: u64,
) -> Result<Vec<order::Model>, StoreError> {
    Ok(order::Entity::find()
        .filter(order::Column::UserId.eq(user_id))
        .order_by_desc(order::Column::CreatedAt)
        .limit(limit)
        .all(on)
        .await?)
}

/// What was ordered in each of these orders, in its order.
///
/// # Errors
/// The database refuses.
pub async fn list_items_of(on: &impl ConnectionTrait, orders: &[Uuid]) -> Result<Vec<order_item::Model>, StoreError> {
    Ok(order_item::Entity::find()
        .filter(order_item::Column::OrderId.is_in(orders.iter().copied()))
        .order_by_asc(order_item::Column::OrderId)
        .order_by_asc(order_item::Column::Position)
        .all(on)
        .await?)
}

/// The order that an item belongs to.
///
/// # Errors
/// The database refuses.
pub async fn find_item_order(on: &impl ConnectionTrait, item_id: Uuid) -> Result<Option<Uuid>, StoreError> {
    let item = order_item::Entity::find_by_id(item_id).one(on).await?;
    Ok(item.map(|item| item.order_id))
}

/// The appointments of these items, soonest first.
///
/// # Errors
/// The database refuses.
pub async fn list_appointments_of(
    on: &impl ConnectionTrait,
    items: &[Uuid],
) -> Result<Vec<appointment::Model>, StoreError> {
    Ok(appointment::Entity::find()
        .filter(appointment::Column::OrderItemId.is_in(items.iter().copied()))
        .order_by_asc(appointment::Column::StartsAt)
        .order_by_asc(appointment::Column::Run)
        .all(on)
        .await?)
}

/// What came in for an order, and what goes back, each in the order of time.
///
/// # Errors
/// The database refuses.
pub async fn list_money(
    on: &impl ConnectionTrait,
    order_id: Uuid,
) -> Result<(Vec<payment::Model>, Vec<refund::Model>), StoreError> {
    let payments = payment::Entity::find()
        .filter(payment::Column::OrderId.eq(order_id))
        .order_by_asc(payment::Column::CreatedAt)
        .all(on)
        .await?;
    let refunds = refund::Entity::find()
        .filter(refund::Column::OrderId.eq(order_id))
        .order_by_asc(refund::Column::CreatedAt)
        .all(on)
        .await?;
    Ok((payments, refunds))
}
