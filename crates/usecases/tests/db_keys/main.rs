//! The keys that seal secrets at rest: changing them while work goes on, and values that stand in the wrong row.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod proof_rotation;
mod support;
mod swapped_rows;
