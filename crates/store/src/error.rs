//! What can go wrong in the store, in the words of the store.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// An error of the database or of what stands in it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused a claim because it overlaps another one of the same resource.
    #[error("the span is already claimed")]
    Claimed,
    /// A unique rule was broken; the text is the database's, for the log.
    #[error("already there: {0}")]
    Duplicate(String),
    /// A row says something that no rule allows.
    #[error("inconsistent data in {place}: {what}")]
    Inconsistent {
        /// The table and column.
        place: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The caller's lease on a job is gone: somebody else has it now.
    #[error("the lease on this job was lost")]
    LeaseLost,
    /// Everything else that the database or its driver reports.
    #[error("database: {0}")]
    Database(#[source] DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        // Both engines name the rule that keeps claims and appointments apart in their message; see the migrations.
        if error.to_string().contains("s_keep_apart") {
            return Self::Claimed;
        }
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => Self::Duplicate(message),
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// Whether trying the whole transaction once more may succeed: the database was busy, or chose this transaction as
    /// the one to give way.
    pub fn is_transient(&self) -> bool {
        let Self::Database(error) = self else { return false };
        let text = error.to_string();
        [
            "database is locked",
            "database table is locked",
            "could not serialize",
            "deadlock detected",
        ]
        .iter()
        .any(|sign| text.contains(sign))
    }

    /// Whether the database cannot write at the moment, for want of room or because the disk refuses: nothing was changed,
    /// and it can write again as soon as an operator has made room.
    pub fn is_unwritable(&self) -> bool {
        let Self::Database(
            DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error))
            | DbErr::Conn(RuntimeErr::SqlxError(error)),
        ) = self
        else {
            return false;
        };
        let code = error
            .as_database_error()
            .and_then(sea_orm::sqlx::error::DatabaseError::code);
        match code.as_deref() {
            // PostgreSQL (appendix A of its manual): disk_full, io_error, and a server that lets nobody write.
            Some("53100" | "58030" | "25006") => true,
            // SQLite (sqlite.org/rescode.html): FULL, and of READONLY and IOERR whatever the extended code adds. Where a disk
            // has room but a quota or limit is reached, the kernel gives another error than ENOSPC, which SQLite calls IOERR.
            Some(code) => code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 8 | 10 | 13)),
            None => false,
        }
    }
}
