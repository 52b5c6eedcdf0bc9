//! The pages, one a file, grouped by who sees them.

pub mod account;
pub mod admin;
pub mod booking;
pub mod front;
pub mod host;
pub mod not_found;
pub mod shop;
