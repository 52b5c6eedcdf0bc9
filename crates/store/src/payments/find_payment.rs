//! What was paid for an order, and whose payment one is.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::payment;
use crate::error::StoreError;

/// All payments of an order, the oldest first.
///
/// # Errors
/// The database refuses.
pub async fn list_payments(on: &impl ConnectionTrait, order_id: Uuid) -> Result<Vec<payment::Model>, StoreError> {
    Ok(payment::Entity::find()
        .filter(payment::Column::OrderId.eq(order_id))
        .order_by_asc(payment::Column::CreatedAt)
        .order_by_asc(payment::Column::Id)
        .all(on)
        .await?)
}

/// The payment of this `PaymentIntent`.
///
/// # Errors
/// The database refuses.
pub async fn find_payment_by_intent(
    on: &impl ConnectionTrait,
    intent: &str,
) -> Result<Option<payment::Model>, StoreError> {
    Ok(payment::Entity::find()
        .filter(payment::Column::PaymentIntentId.eq(intent))
        .one(on)
        .await?)
}

/// The payment that Stripe calls by this id: a session's, or an invoice's.
///
/// # Errors
/// The database refuses.
pub async fn find_payment_by_provider_id(
    on: &impl ConnectionTrait,
    id: &str,
) -> Result<Option<payment::Model>, StoreError> {
    Ok(payment::Entity::find()
        .filter(payment::Column::ProviderId.eq(id))
        .one(on)
        .await?)
}
