//! Backups: the whole database as one file that restores on either engine.
//!
//! The file is gzip around lines of JSON: a header, for each table a line with its columns and one line per row, and a
//! trailer with the number of rows of each table and the SHA-256 of everything before it. It is read from one snapshot
//! while others go on writing, and restored in one transaction, all or nothing.

mod check_backup;
mod format;
mod hold_back;
mod read_backup;
mod restore_backup;
mod write_backup;

pub use check_backup::check_backup;
pub use format::{Header, Summary};
pub use hold_back::hold_back;
pub use restore_backup::{RestoreOptions, Restored, restore_backup};
pub use write_backup::write_backup;

use timetap_store::StoreError;

use crate::platform::unexpected::Unexpected;

/// Why no backup was written or restored. Then nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database has what a backup would leave out, or lacks what belongs into it.
    #[error("the database is not of this version; what differs: {0}")]
    OtherTables(String),
    /// SQLite found damage in its own file.
    #[error("the database is damaged: {0}")]
    DamagedDatabase(String),
    /// The file is no backup of TimeTap.
    #[error("this file is no backup of TimeTap")]
    NotABackup,
    /// A backup in a later form.
    #[error("this backup has format {0}, which a later TimeTap wrote; restore it with that version")]
    LaterFormat(u32),
    /// The file ends early, or was changed.
    #[error("this backup is damaged: {0}")]
    Damaged(String),
    /// The database has another schema than the backup.
    #[error("the backup has the schema up to {backup}, the database has {database}")]
    OtherSchema {
        /// The last migration in the backup.
        backup: String,
        /// The last migration in the database.
        database: String,
    },
    /// The database is not empty.
    #[error("the database is not empty: there are rows in {0}")]
    NotEmpty(String),
    /// The file cannot be read or written.
    #[error("the file: {0}")]
    File(#[from] std::io::Error),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something of our own broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<sea_orm::DbErr> for BackupError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}
