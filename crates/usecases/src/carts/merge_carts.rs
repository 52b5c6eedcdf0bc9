//! Brings what a guest has put together into the account that they sign in to.

use sea_orm::ConnectionTrait;
use timetap_store::carts::cart_items::{delete_cart_item, list_cart_items};
use timetap_store::carts::merge_carts::move_items;
use timetap_store::entities::cart_item;
use uuid::Uuid;

use super::cart_owner::{CartCookie, CartOwner, take_cart};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Merges the carts of `owner` into the account's, and says what becomes of the cookie.
///
/// # Errors
/// The database refuses.
pub async fn merge_carts(app: &TimeTap, owner: &CartOwner) -> Result<CartCookie, Unexpected> {
    if owner.user_id.is_none() || owner.token.is_none() {
        return Ok(CartCookie::Keep);
    }
    let txn = app.db.begin().await?;
    let (_, cookie) = take_cart(&txn, app, owner, app.clock.now()).await?;
    txn.commit().await?;
    Ok(cookie)
}

/// Moves all of the guest's cart into the account's. What stands in both stands there once, with the more seats.
pub(super) async fn merge_into(on: &impl ConnectionTrait, guest: Uuid, account: Uuid) -> Result<(), Unexpected> {
    let theirs = list_cart_items(on, &[guest]).await?;
    for own in list_cart_items(on, &[account]).await? {
        let Some(same) = theirs.iter().find(|item| same_thing(item, &own)) else {
            continue;
        };
        if same.quantity > own.quantity {
            delete_cart_item(on, account, own.id).await?;
        } else {
            delete_cart_item(on, guest, same.id).await?;
        }
    }
    move_items(on, guest, account).await?;
    Ok(())
}

/// Whether both are the same thing at the same time.
pub(super) fn same_thing(one: &cart_item::Model, other: &cart_item::Model) -> bool {
    let what = |item: &cart_item::Model| (item.service_id, item.occurrence_id, item.template_id, item.starts_at);
    what(one) == what(other)
}
