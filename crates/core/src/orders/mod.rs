//! What can be bought, and the rules of an order: its kinds, its dates, its state, its conflicts, what goes back.

mod bill_of_its_own;
mod camp_days;
mod cart_conflicts;
mod exchange;
mod least_busy;
mod order_number;
mod order_status;
mod participant;
mod refund_share;
mod service_kind;
mod share_out;
mod weekly_dates;

pub use bill_of_its_own::{bill_of_its_own_message, find_bill_of_its_own};
pub use camp_days::{CampDays, CampHours, DaysError, first_day};
pub use cart_conflicts::{CartConflict, CartEntry, find_conflicts};
pub use exchange::{Mismatch, Terms, check_exchange};
pub use least_busy::least_busy;
pub use order_number::new_order_number;
pub use order_status::{Closed, Dispute, OrderFacts, OrderStatus};
pub use participant::{MAX_PARTICIPANT_TEXT, Participant};
pub use refund_share::refund_share;
pub use service_kind::ServiceKind;
pub use share_out::share_out;
pub use weekly_dates::weekly_dates;
