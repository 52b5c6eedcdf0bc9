//! Subscriptions: by what Stripe calls them, by their order, and all that run.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::{appointment, order_item, subscription};
use crate::error::StoreError;

/// The subscription of this id.
///
/// # Errors
/// The database refuses.
pub async fn find_subscription(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<subscription::Model>, StoreError> {
    Ok(subscription::Entity::find_by_id(id).one(on).await?)
}

/// The subscription of an order item.
///
/// # Errors
/// The database refuses.
pub async fn find_subscription_of_item(
    on: &impl ConnectionTrait,
    item_id: Uuid,
) -> Result<Option<subscription::Model>, StoreError> {
    Ok(subscription::Entity::find()
        .filter(subscription::Column::OrderItemId.eq(item_id))
        .one(on)
        .await?)
}

/// The item of whichever row is about what Stripe calls `provider_id`.
///
/// # Errors
/// The database refuses.
pub async fn find_subscribed_item(
    on: &impl ConnectionTrait,
    provider_id: &str,
) -> Result<Option<order_item::Model>, StoreError> {
    let found = subscription::Entity::find()
        .filter(subscription::Column::ProviderId.eq(provider_id))
        .one(on)
        .await?;
    match found {
        None => Ok(None),
        Some(found) => find_item(on, found.order_item_id).await,
    }
}

/// One order item.
///
/// # Errors
/// The database refuses.
pub async fn find_item(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<order_item::Model>, StoreError> {
    Ok(order_item::Entity::find_by_id(id).one(on).await?)
}

/// All subscriptions that have not ended.
///
/// # Errors
/// The database refuses.
pub async fn list_running(on: &impl ConnectionTrait) -> Result<Vec<subscription::Model>, StoreError> {
    Ok(subscription::Entity::find()
        .filter(subscription::Column::EndedAt.is_null())
        .order_by_asc(subscription::Column::Id)
        .all(on)
        .await?)
}

/// All appointments of an order item, in their order.
///
/// # Errors
/// The database refuses.
pub async fn list_item_appointments(
    on: &impl ConnectionTrait,
    item_id: Uuid,
) -> Result<Vec<appointment::Model>, StoreError> {
    Ok(appointment::Entity::find()
        .filter(appointment::Column::OrderItemId.eq(item_id))
        .order_by_asc(appointment::Column::StartsAt)
        .all(on)
        .await?)
}
