//! `timetap doctor`: says that all is well where it is, and names what is broken, with the way to mend it.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod all_well;
mod broken_database;
#[expect(dead_code, reason = "every test binary uses its own part of this")]
#[path = "../support/mod.rs"]
mod support;
mod surroundings;
mod wrong_settings;

/// Parts of secrets that no report may hold.
const SECRETS: [&str; 2] = ["test-secret", "0707070707"];
