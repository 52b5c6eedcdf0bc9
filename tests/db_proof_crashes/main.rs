//! The program may end at any instant: nothing is lost after the answer, and nothing happens twice outside.
//!
//! The real binary runs against the sandbox. It is killed at random instants, made to abort at every failpoint, and stopped
//! in the middle of a call, while customers book, or buy and pay, over HTTP. Afterwards the database, the sandbox's ledgers, its
//! calendars and its mailbox are counted ([`audit`], [`money_audit`]).
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod audit;
mod customers;
mod money_audit;
// A program that is shipped has no failpoints.
#[cfg(debug_assertions)]
mod proof_failpoints;
mod proof_kills;
mod proof_zombie;
mod scene;
mod shop;
mod shoppers;
#[expect(dead_code, reason = "every test binary uses its own part of this")]
#[path = "../support/mod.rs"]
mod support;
