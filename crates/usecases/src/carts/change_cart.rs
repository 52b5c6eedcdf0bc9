//! Takes things out of the cart, or changes how many seats they take.

use timetap_core::orders::Participant;
use timetap_store::carts::cart_items::{delete_cart_item, list_cart_items, update_cart_item};
use timetap_store::entities::cart_item;
use uuid::Uuid;

use super::cart_owner::{CartCookie, CartOwner, take_cart};
use super::participants::seal_participants;
use super::put_in_cart::{MAX_SEATS, write};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Takes a thing out. That it is not there any more is no mistake.
///
/// # Errors
/// The database refuses.
pub async fn remove_from_cart(app: &TimeTap, owner: &CartOwner, item_id: Uuid) -> Result<CartCookie, Unexpected> {
    let txn = app.db.begin().await?;
    let (cart, cookie) = take_cart(&txn, app, owner, app.clock.now()).await?;
    if let Some(cart) = cart {
        delete_cart_item(&txn, cart, item_id).await?;
    }
    txn.commit().await?;
    Ok(cookie)
}

/// Gives a thing this many seats, where it is one that takes seats and the number is one to be had. Whether there are as
/// many is looked at by whoever shows the cart, and decided at the checkout.
///
/// # Errors
/// The database refuses.
pub async fn change_quantity(
    app: &TimeTap,
    owner: &CartOwner,
    item_id: Uuid,
    quantity: i64,
) -> Result<CartCookie, Unexpected> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let (cart, cookie) = take_cart(&txn, app, owner, now).await?;
    if let Some(cart) = cart {
        let items = list_cart_items(&txn, &[cart]).await?;
        let item = items
            .into_iter()
            .find(|item| item.id == item_id && item.starts_at.is_none() && (1..=MAX_SEATS).contains(&quantity));
        if let Some(item) = item {
            write(&txn, app, item, quantity, now).await?;
        }
    }
    txn.commit().await?;
    Ok(cookie)
}

/// Keeps who attends each of these things.
pub(super) async fn keep_participants(
    app: &TimeTap,
    owner: &CartOwner,
    attending: &[(Uuid, Vec<Participant>)],
) -> Result<(Option<Uuid>, CartCookie), Unexpected> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let (cart, cookie) = take_cart(&txn, app, owner, now).await?;
    if let Some(cart) = cart {
        for item in list_cart_items(&txn, &[cart]).await? {
            let Some((_, participants)) = attending.iter().find(|(id, _)| *id == item.id) else {
                continue;
            };
            let participants_sealed = seal_participants(app, item.id, participants)?;
            let item = cart_item::Model {
                participants_sealed,
                ..item
            };
            update_cart_item(&txn, item, now).await?;
        }
    }
    txn.commit().await?;
    Ok((cart, cookie))
}
