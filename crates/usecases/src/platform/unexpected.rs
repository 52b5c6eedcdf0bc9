//! Errors that no visitor caused and no visitor can mend.

use timetap_store::StoreError;

/// Something broke inside: the database, a key, our own data. Logged once where it leaves the program; visitors read
/// only that it was not their doing.
#[derive(Debug, thiserror::Error)]
pub enum Unexpected {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sealed value could not be opened, or a key is missing.
    #[error("sealed value: {0}")]
    Sealed(String),
    /// A sealed value was changed, or put into another row than the one it was sealed for.
    #[error("sealed value: {0}: it was changed, or belongs to another row")]
    Altered(String),
    /// A rule of our own was broken by data that should not exist.
    #[error("inconsistent: {0}")]
    Inconsistent(String),
    /// A template, an address or a library refused what we made.
    #[error("{0}")]
    Internal(String),
}

impl Unexpected {
    /// Whether the database cannot write at the moment: nothing was changed, and the same may succeed later.
    pub fn is_unwritable(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_unwritable())
    }
}

impl From<sea_orm::DbErr> for Unexpected {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}
