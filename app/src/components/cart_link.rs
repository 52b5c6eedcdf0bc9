//! The way to the cart, with the number of things in it; nothing for those who have none.

use leptos::prelude::*;

use super::icon::{Icon, IconView};
use crate::page::cart_count::cart_count;

/// The link. It is made on the server: whoever has a cart comes with a cookie, and is never shown a page that was kept for
/// others (docs/adr/0013).
#[component]
pub fn CartLink() -> impl IntoView {
    let count = cart_count();
    (count > 0).then(|| {
        let label = if count == 1 {
            "Cart: 1 thing".to_owned()
        } else {
            format!("Cart: {count} things")
        };
        view! {
            <a class="tt-nav-link" href="/cart" aria-label=label>
                <IconView icon=Icon::Cart/>
                <span class="tt-figures" data-cart-count=count.to_string()>{count}</span>
            </a>
        }
    })
}
