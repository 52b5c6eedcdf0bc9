//! Lets one transaction at a time decide about a host's time.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use uuid::Uuid;

use crate::error::StoreError;

/// Waits until no other transaction is deciding about this host's time, until the end of this one.
///
/// Claims are kept apart by the database in any case; this keeps what no constraint can say, such as the daily limit, and
/// spares those who try at the same time a deadlock. SQLite has one writer at a time anyhow.
///
/// # Errors
/// The database refuses.
pub async fn lock_host(on: &impl ConnectionTrait, host_id: Uuid) -> Result<(), StoreError> {
    if on.get_database_backend() == DatabaseBackend::Postgres {
        // NO KEY: rows that refer to the host may be inserted meanwhile.
        on.query_one_raw(Statement::from_sql_and_values(
            DatabaseBackend::Postgres,
            "SELECT 1 AS one FROM hosts WHERE user_id = $1 FOR NO KEY UPDATE",
            [host_id.into()],
        ))
        .await?;
    }
    Ok(())
}
