//! What every use case stands on: the composed program, its settings and keys, and its two kinds of error.

pub mod cause;
pub mod field_errors;
pub mod keyring;
pub mod settings;
pub mod timetap;
pub mod token_hash;
pub mod unexpected;
