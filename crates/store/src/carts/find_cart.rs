//! Whose cart is which.

use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::entities::cart;
use crate::error::StoreError;

/// The cart of the browser that holds the token with this hash.
///
/// # Errors
/// The database refuses.
pub async fn find_guest_cart(on: &impl ConnectionTrait, token_hash: &str) -> Result<Option<cart::Model>, StoreError> {
    Ok(cart::Entity::find()
        .filter(cart::Column::TokenHash.eq(token_hash))
        .one(on)
        .await?)
}

/// The cart of this account.
///
/// # Errors
/// The database refuses.
pub async fn find_account_cart(on: &impl ConnectionTrait, user_id: Uuid) -> Result<Option<cart::Model>, StoreError> {
    Ok(cart::Entity::find()
        .filter(cart::Column::UserId.eq(user_id))
        .one(on)
        .await?)
}

/// Waits, on PostgreSQL, until nobody else changes this cart; false where it is gone.
///
/// # Errors
/// The database refuses.
pub async fn lock_cart(on: &impl ConnectionTrait, id: Uuid) -> Result<bool, StoreError> {
    let mut query = cart::Entity::find_by_id(id);
    if on.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(on).await?.is_some())
}
