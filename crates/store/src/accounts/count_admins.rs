//! Counts who runs the installation.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::error::StoreError;

/// How many enabled administrators there are. On PostgreSQL their rows are held until the end of the transaction, so that two
/// administrators who step down at the same instant cannot both believe that the other one stays.
///
/// # Errors
/// The database refuses.
pub async fn count_admins(on: &impl ConnectionTrait) -> Result<usize, StoreError> {
    let backend = on.get_database_backend();
    let hold = if backend == DatabaseBackend::Postgres {
        " ORDER BY id FOR UPDATE"
    } else {
        ""
    };
    let sql = format!("SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL{hold}");
    Ok(on.query_all_raw(Statement::from_string(backend, sql)).await?.len())
}
