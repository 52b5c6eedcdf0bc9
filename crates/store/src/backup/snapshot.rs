//! One moment of the database, to read at leisure while others go on writing.

use sea_orm::{
    AccessMode, DatabaseTransaction, IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::database::{Database, Engine};
use crate::error::StoreError;

/// Begins a transaction in which everything looks as it did at its first read. On SQLite the write-ahead log provides for
/// that, on PostgreSQL the isolation level; neither makes a writer wait.
///
/// # Errors
/// The database refuses.
pub async fn begin_snapshot(database: &Database) -> Result<DatabaseTransaction, StoreError> {
    let options = match database.engine() {
        Engine::Sqlite => TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
            ..TransactionOptions::default()
        },
        Engine::Postgres => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        },
    };
    Ok(database.reader().begin_with_options(options).await?)
}
