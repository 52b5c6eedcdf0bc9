//! Orders: what is wanted, claimed together, paid and carried out.

mod claim_items;
mod claim_seats;
mod claim_time;
mod dated_spans;
mod item_refusal;
mod list_dates;
mod look_for_money;
mod look_limit;
mod order_access;
mod order_capability;
mod order_draft;
mod order_file;
mod order_progress;
mod place_order;
mod view_order;
mod wanted;

pub use claim_items::{Claimed, Hold, claim_items, resources_of};
pub use dated_spans::{occurrence_spans, template_spans};
pub use item_refusal::{ItemRefusal, RefusedItem};
pub use list_dates::{DatedOffer, DatedOffers, list_dates};
pub use look_for_money::look_for_money;
pub use look_limit::LookLimit;
pub use order_access::{Found, OrderReader, OrderSide, find_order_for};
pub use order_capability::open_capability;
pub use order_draft::{Choice, DraftItem, OrderDraft};
pub use order_file::order_file;
pub use order_progress::{OrderProgress, Step, progress_of};
pub(crate) use place_order::is_made_by;
pub use place_order::{HOLD, MAX_ITEMS, PlaceOrderError, Placed, find_placed, place_order};
pub use view_order::{ItemAppointment, ListedOrder, OrderItemView, OrderView, list_orders, pay_until, view_order};
pub use wanted::{Wanted, WantedTime};
