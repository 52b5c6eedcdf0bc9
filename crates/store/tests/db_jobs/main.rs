//! The queue: every job is done by one worker, a worker that was thought dead cannot speak for its job, and nothing is lost.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod claiming;
mod leases;
mod listening;
mod resting;
mod retrying;
mod support;
