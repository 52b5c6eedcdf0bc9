//! Checkout Sessions (`docs.stripe.com/api/checkout/sessions`): made, paid on the hosted page, completed, expired.

pub(crate) mod complete;
pub(crate) mod create;
pub(crate) mod expire;
pub(crate) mod list;
pub(crate) mod list_line_items;
pub(crate) mod memory;
pub(crate) mod pay;
pub(crate) mod promotion;
pub(crate) mod read_line_items;
pub(crate) mod settle;
pub(crate) mod totals;
