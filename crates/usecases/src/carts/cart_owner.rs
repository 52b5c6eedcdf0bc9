//! Whose cart it is: a browser's, by the token in its cookie, or an account's.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_store::carts::cart_items::count_cart_items;
use timetap_store::carts::find_cart::{find_account_cart, find_guest_cart, lock_cart};
use timetap_store::carts::insert_cart::{insert_cart, touch_cart};
use timetap_store::entities::cart;
use uuid::Uuid;

use super::merge_carts::merge_into;
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// Tokens are shorter than this; longer texts are not even hashed.
const LONGEST_TOKEN: usize = 128;

/// Somebody with a cart, or without one yet. What is shown is all that is theirs; whatever changes something brings it
/// together in the account's cart first.
#[derive(Clone, Default)]
pub struct CartOwner {
    /// The token in the browser's cookie. It opens the cart of somebody who is not signed in.
    pub token: Option<String>,
    /// The account that is signed in.
    pub user_id: Option<Uuid>,
}

/// A token is a secret.
impl std::fmt::Debug for CartOwner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CartOwner")
            .field("token", &self.token.is_some())
            .field("user_id", &self.user_id)
            .finish()
    }
}

/// What the browser should do with its cookie.
#[derive(Clone, PartialEq, Eq)]
pub enum CartCookie {
    /// Nothing.
    Keep,
    /// Hold this token from now on.
    Set(String),
    /// Forget the token: all is in the account's cart now.
    Forget,
}

impl std::fmt::Debug for CartCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keep => "Keep",
            Self::Set(_) => "Set",
            Self::Forget => "Forget",
        })
    }
}

impl CartOwner {
    fn hash(&self) -> Option<String> {
        self.token
            .as_deref()
            .filter(|token| !token.is_empty() && token.len() <= LONGEST_TOKEN)
            .map(token_hash)
    }

    /// Whether there can be a cart at all.
    pub fn is_nobody(&self) -> bool {
        self.token.is_none() && self.user_id.is_none()
    }
}

/// The carts of `owner`, the account's first: at most two, while what a guest put together has not been brought over yet.
pub(super) async fn find_carts(on: &impl ConnectionTrait, owner: &CartOwner) -> Result<Vec<cart::Model>, Unexpected> {
    let mut found = Vec::new();
    if let Some(user_id) = owner.user_id {
        found.extend(find_account_cart(on, user_id).await?);
    }
    if let Some(hash) = owner.hash() {
        found.extend(find_guest_cart(on, &hash).await?);
    }
    Ok(found)
}

/// How many things the owner has in the cart.
///
/// # Errors
/// The database refuses.
pub async fn count_in_cart(app: &TimeTap, owner: &CartOwner) -> Result<u64, Unexpected> {
    if owner.is_nobody() {
        return Ok(0);
    }
    let on = app.db.reader();
    let carts = ids(&find_carts(on, owner).await?);
    if carts.is_empty() {
        return Ok(0);
    }
    Ok(count_cart_items(on, &carts).await?)
}

pub(super) fn ids(carts: &[cart::Model]) -> Vec<Uuid> {
    carts.iter().map(|cart| cart.id).collect()
}

/// The one cart that `owner` changes, locked on the open transaction `on`, where there is one; what stood in a guest's is in
/// the account's now.
pub(super) async fn take_cart(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    owner: &CartOwner,
    now: Timestamp,
) -> Result<(Option<Uuid>, CartCookie), Unexpected> {
    let carts = find_carts(on, owner).await?;
    for cart in &carts {
        lock_cart(on, cart.id).await?;
    }
    let (cart, cookie) = match (owner.user_id, carts.as_slice()) {
        (Some(user_id), [guest]) if guest.user_id.is_none() => {
            let cart = new_cart(app, Some(user_id), None, now);
            insert_cart(on, cart.clone()).await?;
            merge_into(on, guest.id, cart.id).await?;
            (cart.id, CartCookie::Forget)
        }
        (Some(_), [account, guest]) => {
            merge_into(on, guest.id, account.id).await?;
            (account.id, CartCookie::Forget)
        }
        (_, [cart, ..]) => (cart.id, CartCookie::Keep),
        (_, []) => return Ok((None, CartCookie::Keep)),
    };
    touch_cart(on, cart, now).await?;
    Ok((Some(cart), cookie))
}

/// As [`take_cart`], with a new cart where there is none.
pub(super) async fn open_cart(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    owner: &CartOwner,
    now: Timestamp,
) -> Result<(Uuid, CartCookie), Unexpected> {
    if let (Some(cart), cookie) = take_cart(on, app, owner, now).await? {
        return Ok((cart, cookie));
    }
    let token = owner.user_id.is_none().then(|| app.entropy.token());
    let cart = new_cart(app, owner.user_id, token.as_deref().map(token_hash), now);
    let id = cart.id;
    insert_cart(on, cart).await?;
    Ok((id, token.map_or(CartCookie::Keep, CartCookie::Set)))
}

fn new_cart(app: &TimeTap, user_id: Option<Uuid>, token_hash: Option<String>, now: Timestamp) -> cart::Model {
    cart::Model {
        id: app.entropy.uuid(now),
        token_hash,
        user_id,
        created_at: now.into(),
        updated_at: now.into(),
    }
}
