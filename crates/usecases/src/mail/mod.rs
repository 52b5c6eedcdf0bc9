//! E-mail: what is owed to whom, in which words.

pub mod owe_account_mail;
pub mod owe_booking_mails;

pub use owe_account_mail::{AccountMail, owe_account_mail};
pub use owe_booking_mails::{BookingEvent, owe_booking_mails};
