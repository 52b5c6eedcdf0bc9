//! Every table as rows of plain values: read in one snapshot, written in one transaction, the same on both databases.

pub mod catalog;
pub mod clear_tables;
pub mod hold_mails;
pub mod load_rows;
pub mod read_rows;
pub mod snapshot;
pub mod tables;

/// The values of one row, in the order of the table's columns: ids and texts as strings, JSON as its text.
pub type Row = Vec<serde_json::Value>;
