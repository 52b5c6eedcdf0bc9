//! One order: by its id, by the key of the form that made it, by the token that its customer holds, by what Stripe calls it.

use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::entities::order;
use crate::error::StoreError;

/// The order of this id. Knowing the id allows nothing: callers check who asks.
///
/// # Errors
/// The database refuses.
pub async fn find_order(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<order::Model>, StoreError> {
    Ok(order::Entity::find_by_id(id).one(on).await?)
}

/// The order of this id, for a transaction that will change it: on PostgreSQL others who want to do the same wait.
///
/// # Errors
/// The database refuses.
pub async fn find_order_to_change(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<order::Model>, StoreError> {
    let mut query = order::Entity::find_by_id(id);
    if on.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(on).await?)
}

/// The order that the form with this key has made.
///
/// # Errors
/// The database refuses.
pub async fn find_order_by_key(on: &impl ConnectionTrait, key: &str) -> Result<Option<order::Model>, StoreError> {
    find_by(on, order::Column::IdempotencyKey, key).await
}

/// The order whose capability token has this hash.
///
/// # Errors
/// The database refuses.
pub async fn find_order_by_capability(
    on: &impl ConnectionTrait,
    hash: &str,
) -> Result<Option<order::Model>, StoreError> {
    find_by(on, order::Column::CapabilityHash, hash).await
}

/// The order of this Checkout Session.
///
/// # Errors
/// The database refuses.
pub async fn find_order_by_session(on: &impl ConnectionTrait, id: &str) -> Result<Option<order::Model>, StoreError> {
    find_by(on, order::Column::StripeSessionId, id).await
}

/// The order of this `PaymentIntent`.
///
/// # Errors
/// The database refuses.
pub async fn find_order_by_intent(on: &impl ConnectionTrait, id: &str) -> Result<Option<order::Model>, StoreError> {
    find_by(on, order::Column::StripePaymentIntentId, id).await
}

async fn find_by(
    on: &impl ConnectionTrait,
    column: order::Column,
    value: &str,
) -> Result<Option<order::Model>, StoreError> {
    Ok(order::Entity::find().filter(column.eq(value)).one(on).await?)
}
