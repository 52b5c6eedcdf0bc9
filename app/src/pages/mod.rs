//! The pages, one a file, grouped by who sees them.

pub mod front;
pub mod not_found;
