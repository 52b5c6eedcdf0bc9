//! Reads a backup to its end and compares it with its trailer.

use std::io::Read;

use super::BackupError;
use super::format::Summary;
use super::read_backup::{BackupReader, Part};

/// What the backup holds, after all of it was found to be there and unchanged.
///
/// # Errors
/// It is none, of a later version, or damaged.
pub fn check_backup(input: impl Read) -> Result<Summary, BackupError> {
    let mut reader = BackupReader::open(input)?;
    while !matches!(reader.next()?, Part::End) {}
    Ok(reader.into_summary())
}
