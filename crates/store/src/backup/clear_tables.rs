//! Empties tables.

use sea_orm::{ConnectionTrait, DatabaseBackend};

use super::tables::Table;
use crate::error::StoreError;

/// Deletes every row of `tables`, children first, and keeps others from writing until the transaction ends.
///
/// # Errors
/// The database refuses.
pub async fn clear_tables(on: &impl ConnectionTrait, tables: &[Table]) -> Result<(), StoreError> {
    if on.get_database_backend() == DatabaseBackend::Postgres {
        // At once, because they point to each other; undone like everything else if the transaction is.
        let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
        on.execute_unprepared(&format!("TRUNCATE {}", names.join(", "))).await?;
        return Ok(());
    }
    on.execute_unprepared("UPDATE users SET manager_id = NULL WHERE manager_id IS NOT NULL")
        .await?;
    for table in tables.iter().rev() {
        on.execute_unprepared(&format!("DELETE FROM {}", table.name)).await?;
    }
    Ok(())
}
