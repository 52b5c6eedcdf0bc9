//! Secrets are planted and the whole program is used; then everything that it kept, logged, showed and sent is searched.
//! Each secret stands where it must and nowhere else.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod needles;
mod places;
mod planted;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;
