//! Puts what is in one cart into another.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::{cart, cart_item, order};
use crate::error::StoreError;

/// Moves all of `from` into `into`, and removes the empty cart. Orders that came from it come from the other one then.
///
/// # Errors
/// The database refuses.
pub async fn move_items(on: &impl ConnectionTrait, from: Uuid, into: Uuid) -> Result<(), StoreError> {
    cart_item::Entity::update_many()
        .col_expr(cart_item::Column::CartId, Expr::value(into))
        .filter(cart_item::Column::CartId.eq(from))
        .exec(on)
        .await?;
    order::Entity::update_many()
        .col_expr(order::Column::CartId, Expr::value(into))
        .filter(order::Column::CartId.eq(from))
        .exec(on)
        .await?;
    cart::Entity::delete_by_id(from).exec(on).await?;
    Ok(())
}
