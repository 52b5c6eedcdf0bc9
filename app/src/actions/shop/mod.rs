//! Forms of the shop: into the cart, within it, and out of it as an order.

mod change_cart;
mod change_order;
mod check_out;
mod pay;
mod put_in_cart;

pub use put_in_cart::put_into_cart;

use super::Action;

/// Every action of this group and its address.
pub fn all() -> Vec<(&'static str, Action)> {
    vec![
        ("/cart", change_cart::change_cart),
        ("/checkout", check_out::check_out),
        ("/orders/{id}", change_order::pay_or_call_off),
        ("/orders/{id}/cancel", change_order::cancel),
    ]
}
