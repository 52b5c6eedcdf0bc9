//! Queries about carts and orders: what they claim, what they say, what was paid.

pub mod count_work;
pub mod find_dated;
pub mod find_offer;
pub mod find_order;
pub mod firm_up_item;
pub mod insert_order;
pub mod is_taken;
pub mod list_appointments;
pub mod list_dated;
pub mod list_items;
pub mod list_orders;
pub mod list_refunds;
pub mod load_room_times;
pub mod lock_resources;
pub mod release_item;
pub mod seats;
