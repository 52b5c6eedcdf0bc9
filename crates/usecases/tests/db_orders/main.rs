//! Orders: all of a cart or nothing of it, whoever else wants the same.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod access;
mod placing;
mod proof_carts;
mod proof_seats;
mod support;
