//! Signing up, signing in, and one's own account.

mod account_card;
mod account_sections;
mod session_list;

pub mod calendars;
pub mod forgot_password;
pub mod own_account;
pub mod reset_password;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
pub mod verify_email;
