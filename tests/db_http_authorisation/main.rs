//! Who gets what at every address: all routes of the program, times everybody there is, against a table that a person can
//! read. A new address without a row in the table fails here.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
#[path = "../support/mod.rs"]
mod support;

mod alike;
mod foreign_ids;
mod foreign_sites;
mod looking;
mod marks;
mod matrix;
mod sessions;
mod table;
mod world;
