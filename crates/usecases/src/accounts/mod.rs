//! Accounts: who people are, and how they prove it.

pub mod actor;
pub mod change_password;
pub mod change_role;
pub mod create_user;
pub mod disable_user;
pub mod end_session;
mod even_time;
pub mod forgot_password;
pub mod list_people;
pub mod list_sessions;
pub mod offer_setup;
pub mod one_time_link;
pub mod password_hash;
pub mod rate_limit;
pub mod rename_account;
pub mod reset_password;
pub mod resolve_session;
pub mod set_password;
pub mod set_up;
pub mod sign_in;
pub mod sign_up;
pub mod start_session;
pub mod verify_email;

pub use actor::{Actor, Browser};
pub use create_user::{CreateUserError, NewUser, create_user};
pub use offer_setup::offer_setup;
pub use resolve_session::{SignedIn, resolve_session};
