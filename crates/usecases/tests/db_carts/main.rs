//! Carts: kept by a secret of the browser or by an account, brought together by signing in, honest about what is in the way,
//! and ordered whole or not at all.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod checking_out;
mod conflicts;
mod keeping;
mod support;
