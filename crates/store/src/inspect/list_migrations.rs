//! Which migrations the database has seen.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::error::StoreError;

/// The names of the migrations that were applied, in their order; none where the database was never migrated.
///
/// # Errors
/// The database refuses.
pub async fn list_migrations(on: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let backend = on.get_database_backend();
    let there = if backend == DatabaseBackend::Postgres {
        "SELECT 1 AS one WHERE to_regclass('seaql_migrations') IS NOT NULL"
    } else {
        "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'"
    };
    if on
        .query_one_raw(Statement::from_string(backend, there))
        .await?
        .is_none()
    {
        return Ok(Vec::new());
    }
    let rows = on
        .query_all_raw(Statement::from_string(
            backend,
            "SELECT version FROM seaql_migrations ORDER BY version",
        ))
        .await?;
    rows.iter().map(|row| Ok(row.try_get("", "version")?)).collect()
}
