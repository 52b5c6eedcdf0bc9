//! Queries about e-mails that are owed.

pub mod insert_message;
