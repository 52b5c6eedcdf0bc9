//! The lines of a backup that are not rows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the first line says of itself.
pub(super) const MAGIC: &str = "backup";
/// The form that is written here. A reader refuses a later one.
pub(super) const FORMAT: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always `backup`.
    pub timetap: String,
    /// The form of the file.
    pub format: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// `sqlite` or `postgres`: where the rows come from.
    pub engine: String,
    /// When the snapshot was taken.
    pub taken_at: Timestamp,
    /// The migrations that the database had seen.
    pub migrations: Vec<String>,
}

/// The line before a table's rows.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TableLine {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Trailer {
    pub(super) end: bool,
    pub(super) rows: BTreeMap<String, u64>,
    /// In hexadecimal, over everything before this line.
    pub(super) sha256: String,
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Where it comes from.
    pub header: Header,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
}

impl Summary {
    /// The rows of all tables.
    pub fn total(&self) -> u64 {
        self.rows.values().sum()
    }
}
