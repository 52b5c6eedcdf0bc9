//! Carts: what a visitor has put together, before it becomes an order.

pub mod cart_items;
pub mod delete_old_carts;
pub mod empty_cart;
pub mod find_cart;
pub mod find_waiting_order;
pub mod insert_cart;
pub mod merge_carts;
