//! Backups: whole, consistent under load, the same on both databases, refused when damaged, and harmless when old.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod damage;
mod going_back;
mod proof_under_load;
mod round_trip;
mod support;
