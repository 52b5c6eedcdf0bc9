//! Queries about accounts, sessions, one-time tokens and rate limits.

pub mod change_user;
pub mod clear_hits;
pub mod count_admins;
pub mod count_hit;
pub mod delete_sessions;
pub mod delete_tokens;
pub mod find_session;
pub mod find_token;
pub mod find_user;
pub mod insert_session;
pub mod insert_token;
pub mod insert_user;
pub mod list_admins;
pub mod list_people;
pub mod list_sessions;
pub(crate) mod may_be_booked;
pub mod touch_session;
pub mod use_token;
