//! Tries to write, and takes it back.

use jiff::Timestamp;
use sea_orm::Statement;

use crate::database::Database;
use crate::error::StoreError;

/// Writes a row and rolls back, so that nothing changes.
///
/// # Errors
/// The database takes no writes, or stayed locked.
pub async fn probe_write(database: &Database, now: Timestamp) -> Result<(), StoreError> {
    use sea_orm::ConnectionTrait;
    let txn = database.begin().await?;
    txn.execute_raw(Statement::from_sql_and_values(
        txn.get_database_backend(),
        "INSERT INTO settings (key, value, updated_at) VALUES ('doctor', 'probe', $1)",
        [now.as_millisecond().into()],
    ))
    .await?;
    txn.rollback().await?;
    Ok(())
}
