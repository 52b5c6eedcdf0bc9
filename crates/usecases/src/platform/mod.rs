//! What every use case stands on: the composed program, its settings and keys, its two kinds of error, and the points
//! at which tests make it end.

pub(crate) mod capability;
pub mod cause;
pub mod failpoint;
pub mod field_errors;
pub mod keyring;
pub(crate) mod retry;
pub mod settings;
pub mod timetap;
pub mod token_hash;
pub mod unexpected;
