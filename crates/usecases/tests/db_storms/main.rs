//! Storms over a host's time, and what must stand when they are over.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod answers;
mod field;
mod proof_overlaps;
mod proof_raw_appointments;
mod steps;
