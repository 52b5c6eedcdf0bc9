//! The columns that hold sealed values, whatever they mean: for counting them and for changing the key they are sealed with.

pub mod count_by_key;
pub mod list_sealed_otherwise;
pub mod replace_sealed;
pub mod sample_sealed;
pub mod sealed_column;

pub use sealed_column::{RowKey, SEALED_COLUMNS, SealedColumn};
