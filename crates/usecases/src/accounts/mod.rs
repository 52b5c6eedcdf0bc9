//! Accounts: who people are, and how they prove it.

pub mod create_user;
pub mod password_hash;
pub mod rate_limit;

pub use create_user::{CreateUserError, NewUser, create_user};
