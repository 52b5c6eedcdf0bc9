//! How many things the visitor of a page has in the cart: found out before the page is made, for its header.

use std::sync::Arc;

use leptos::prelude::*;
use timetap_usecases::TimeTap;
use timetap_usecases::carts::{CartOwner, count_in_cart};

use super::cart_cookie::cart_owner;

#[derive(Clone, Copy)]
struct CartCount(u64);

/// The number that was found out.
pub fn cart_count() -> u64 {
    use_context::<CartCount>().map_or(0, |count| count.0)
}

/// Whose cart is to be counted, if anybody's: not on pages of hosts at work, which do not show it. Call it before the first
/// await of a page.
pub fn cart_to_count() -> Option<(Arc<TimeTap>, CartOwner)> {
    let parts = use_context::<http::request::Parts>()?;
    let app = use_context::<Arc<TimeTap>>()?;
    let at_work = ["/host", "/admin"]
        .iter()
        .any(|work| parts.uri.path().starts_with(work));
    let owner = cart_owner();
    (!at_work && !owner.is_nobody()).then_some((app, owner))
}

/// Counts it for the header. That the number cannot be had is no reason to show no page.
pub async fn count_cart((app, owner): (Arc<TimeTap>, CartOwner)) {
    match count_in_cart(&app, &owner).await {
        Ok(count) => provide_context(CartCount(count)),
        Err(error) => tracing::warn!(%error, "what is in a cart could not be counted"),
    }
}
