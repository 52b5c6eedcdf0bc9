//! The things in a cart.

use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use crate::entities::cart_item::{Column, Entity, Model};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// What is in these carts, in the order in which it was put there.
///
/// # Errors
/// The database refuses.
pub async fn list_cart_items(on: &impl ConnectionTrait, carts: &[Uuid]) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::CartId.is_in(carts.iter().copied()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(on)
        .await?)
}

/// How many things are in these carts.
///
/// # Errors
/// The database refuses.
pub async fn count_cart_items(on: &impl ConnectionTrait, carts: &[Uuid]) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::CartId.is_in(carts.iter().copied()))
        .count(on)
        .await?)
}

/// Puts a thing into its cart.
///
/// # Errors
/// The database refuses.
pub async fn insert_cart_item(on: &impl ConnectionTrait, item: Model) -> Result<(), StoreError> {
    Entity::insert(item.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}

/// Writes a thing of the cart anew.
///
/// # Errors
/// The database refuses, or the thing is gone.
pub async fn update_cart_item(on: &impl ConnectionTrait, item: Model, now: Timestamp) -> Result<(), StoreError> {
    let item = Model {
        updated_at: UnixMillis::from(now),
        ..item
    };
    Entity::update(item.into_active_model().reset_all()).exec(on).await?;
    Ok(())
}

/// Takes a thing out of the cart. Returns whether it was there.
///
/// # Errors
/// The database refuses.
pub async fn delete_cart_item(on: &impl ConnectionTrait, cart_id: Uuid, id: Uuid) -> Result<bool, StoreError> {
    let done = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::CartId.eq(cart_id))
        .exec(on)
        .await?;
    Ok(done.rows_affected > 0)
}
