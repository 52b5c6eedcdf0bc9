//! Begins a cart, and notes that it is in use.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::entities::cart;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Inserts an empty cart.
///
/// # Errors
/// [`StoreError::Duplicate`] where the account has one already.
pub async fn insert_cart(on: &impl ConnectionTrait, cart: cart::Model) -> Result<(), StoreError> {
    cart::Entity::insert(cart.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}

/// Notes that somebody did something with the cart.
///
/// # Errors
/// The database refuses.
pub async fn touch_cart(on: &impl ConnectionTrait, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let change = cart::ActiveModel {
        updated_at: Set(UnixMillis::from(now)),
        ..Default::default()
    };
    cart::Entity::update_many()
        .set(change)
        .filter(cart::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(())
}
