//! Google calendars end to end: real rows, real jobs, and the stand-in Google over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod busy;
mod comparison;
mod connecting;
mod failures;
mod fault_table;
mod locking;
mod meet_links;
mod proof_connecting;
mod proof_every_fault;
mod proof_fencing;
mod proof_no_hot_loop;
mod proof_one_broken_account;
mod proof_reconcile;
mod support;
mod together;
mod worker;
mod writes;
