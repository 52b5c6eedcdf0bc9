//! Keeping the tables small.

pub mod delete_expired;
