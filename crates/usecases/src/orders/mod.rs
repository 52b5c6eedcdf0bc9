//! Orders: what is wanted, claimed together, paid and carried out.

mod claim_items;
mod claim_seats;
mod claim_time;
mod item_refusal;
mod order_access;
mod order_capability;
mod order_draft;
mod place_order;
mod wanted;

pub use claim_items::{Claimed, Hold, claim_items, resources_of};
pub use item_refusal::{ItemRefusal, RefusedItem};
pub use order_access::{Found, OrderReader, OrderSide, find_order_for};
pub use order_capability::open_capability;
pub use order_draft::{Choice, DraftItem, OrderDraft};
pub use place_order::{HOLD, MAX_ITEMS, PlaceOrderError, Placed, place_order};
pub use wanted::{Wanted, WantedTime};
