//! Queries about accounts, sessions, one-time tokens and rate limits.

pub mod clear_hits;
pub mod count_hit;
pub mod find_user;
pub mod insert_user;
