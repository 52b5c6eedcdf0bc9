//! The keys that seal secrets at rest: what each of them still seals, and changing to the newest.

mod count_sealed_values;
mod rotate_keys;

pub use count_sealed_values::{SealedCount, count_sealed_values};
pub use rotate_keys::{ResealedColumn, Rotation, rotate_keys};
