//! E-mail: what is owed to whom, in which words, and how it goes out.

mod account_facts;
mod booking_facts;
mod calendar_part;
mod choose_calendar;
mod decide_booking_mail;
mod decide_order_mail;
pub mod fail_message;
mod hurry_confirmations;
mod is_no_longer_needed;
mod order_facts;
#[cfg(test)]
mod order_wording;
pub mod owe_account_mail;
pub mod owe_booking_mails;
pub mod owe_order_mails;
mod reach_customer;
mod read_overrides;
mod read_payload;
mod render_mail;
pub mod send_message;
mod templates;
#[cfg(test)]
mod wording;

pub(crate) use calendar_part::{customer_uid, has_it_by_google};
pub use fail_message::fail_message;
pub(crate) use hurry_confirmations::hurry_confirmations;
pub use owe_account_mail::{AccountMail, owe_account_mail};
pub use owe_booking_mails::{BookingEvent, owe_booking_mails};
pub(crate) use owe_booking_mails::{make_mails, owe_loss_notice, owe_mails_to, owe_weeks_notice, when_to_tell};
pub use owe_order_mails::{OrderEvent, owe_order_mails};
pub(crate) use reach_customer::{Reach, reach_customer};
pub use send_message::send_message;
