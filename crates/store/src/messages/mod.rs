//! Queries about e-mails that are owed.

pub mod begin_sending;
pub mod find_last_calendar_part;
pub mod find_message;
pub mod insert_message;
pub mod is_owed_anew;
pub mod list_confirmations;
pub mod list_customer_mails;
pub mod list_unreached;
pub mod note_failed;
pub mod note_not_sent;
pub mod note_sent;
pub mod note_skipped;
