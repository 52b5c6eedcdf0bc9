//! Many at once, over HTTP, against the real program: what only one can have is given once, everybody else is refused in
//! words, and nothing breaks.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod crowd;
mod proof_double_submits;
mod proof_one_slot;
mod proof_replicas;
#[expect(dead_code, reason = "every test binary uses its own part of this")]
#[path = "../support/mod.rs"]
mod support;
mod venue;
