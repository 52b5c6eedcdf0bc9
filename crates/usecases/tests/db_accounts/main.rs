//! Accounts on both databases: who gets in, who does not, and what everybody is told.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod links;
mod passwords;
mod people;
mod proof_alike;
mod rate_limits;
mod sessions;
mod set_up;
mod sign_in;
mod sign_up;
mod support;
