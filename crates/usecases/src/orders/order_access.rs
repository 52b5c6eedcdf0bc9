//! Who may see an order, and how much of it.

use sea_orm::ConnectionTrait;
use timetap_core::may_act_for::Acting;
use timetap_core::role::Role;
use timetap_store::entities::{order, order_item};
use timetap_store::orders::find_order::{find_order, find_order_by_capability};
use timetap_store::orders::list_items::list_items;
use uuid::Uuid;

use crate::hosts::acts_for;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// Tokens are shorter than this; longer texts are not even hashed.
const LONGEST_TOKEN: usize = 128;

/// Somebody who asks for an order. Its id is no credential.
#[derive(Clone, Copy, Default)]
pub struct OrderReader<'a> {
    /// The token of the customer's link.
    pub capability: Option<&'a str>,
    /// The account that is signed in, and what it may do.
    pub account: Option<(Uuid, Role)>,
}

impl std::fmt::Debug for OrderReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrderReader")
            .field("capability", &self.capability.is_some())
            .field("account", &self.account)
            .finish()
    }
}

/// On which side of an order somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderSide {
    /// Who ordered: by the token or the account. They see all of it and may change it.
    Customer,
    /// Who serves some of it, or manages those who do: they see that part.
    Staff,
    /// Who runs the installation sees all of it.
    Admin,
}

/// An order as far as its reader may see it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The order.
    pub order: order::Model,
    /// What of it the reader may see.
    pub items: Vec<order_item::Model>,
    /// On which side they are.
    pub side: OrderSide,
}

/// The order of this id, where `reader` may see any of it; `None` for a foreign one just as for one that does not exist.
///
/// # Errors
/// The database refuses.
pub async fn find_order_for(
    on: &impl ConnectionTrait,
    id: Uuid,
    reader: &OrderReader<'_>,
) -> Result<Option<Found>, Unexpected> {
    if let Some(token) = reader
        .capability
        .filter(|token| !token.is_empty() && token.len() <= LONGEST_TOKEN)
    {
        let found = find_order_by_capability(on, &token_hash(token)).await?;
        if let Some(order) = found.filter(|found| found.id == id) {
            return whole(on, order, OrderSide::Customer).await.map(Some);
        }
    }
    let Some((user_id, role)) = reader.account else {
        return Ok(None);
    };
    let Some(order) = find_order(on, id).await? else {
        return Ok(None);
    };
    if order.user_id == Some(user_id) {
        return whole(on, order, OrderSide::Customer).await.map(Some);
    }
    if role.is_admin() {
        return whole(on, order, OrderSide::Admin).await.map(Some);
    }
    if !role.is_host() {
        return Ok(None);
    }
    let acting = Acting { user_id, role };
    let mut items = Vec::new();
    for item in list_items(on, id).await? {
        if acts_for(on, acting, &[item.staff_id]).await? {
            items.push(item);
        }
    }
    // What was never paid is nobody's work.
    if items.is_empty() || order.paid_at.is_none() {
        return Ok(None);
    }
    Ok(Some(Found {
        order,
        items,
        side: OrderSide::Staff,
    }))
}

async fn whole(on: &impl ConnectionTrait, order: order::Model, side: OrderSide) -> Result<Found, Unexpected> {
    let items = list_items(on, order.id).await?;
    Ok(Found { order, items, side })
}
