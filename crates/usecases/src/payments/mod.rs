//! Money: from a placed order to paid, booked, and given back where it cannot be had. What Stripe tells is a hint; what it
//! answers when asked is the truth, and an order's status is worked out from that.

mod apply_refunds;
mod apply_subscription;
mod apply_truth;
mod apply_unpaid;
mod book_items;
mod called_off_weeks;
mod cancel_order;
mod cancel_subscription;
mod close_order;
mod compare_amounts;
mod end_hold;
mod fetch_truth;
mod find_own_order;
mod give_back;
mod handle_event;
mod look_at_payment;
mod make_appointment;
mod note_facts;
mod open_checkout;
mod owe_refund;
mod plan_templates;
mod receive_event;
mod refund_cancelled;
mod replay_events;
mod stripe_outcome;
mod tell;

pub use book_items::{Booked, book_items};
pub use cancel_order::{CancelOrderError, cancel_item, cancel_order};
pub use cancel_subscription::cancel_subscription;
pub use close_order::close_order;
pub(crate) use end_hold::end_hold;
pub use find_own_order::find_own_order;
pub use give_back::give_back;
pub(crate) use give_back::{DISPUTE_LOST, fail_refund};
pub(crate) use handle_event::fail_event;
pub use handle_event::handle_event;
pub use look_at_payment::{LookError, look_at_payment, look_at_payment as fulfil_order};
pub use note_facts::{Change, note_facts};
pub use open_checkout::{CheckoutStart, OpenCheckoutError, open_checkout};
pub use plan_templates::{plan_subscription, plan_templates};
pub use receive_event::{ReceiveError, receive_event};
pub use refund_cancelled::{CancelRefund, refund_if_host_cancels, refund_of_booking, refund_on_cancel};
pub(crate) use refund_cancelled::{refund_by_host, refund_cancelled, refund_key};
pub use replay_events::{ReplayError, Replayed, replay_events};
