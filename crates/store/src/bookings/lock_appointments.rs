//! Locks appointments for whoever decides something about several of them.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use uuid::Uuid;

use crate::error::StoreError;
use crate::given_rows::one_of;

/// Makes everybody wait who wants to change one of these, until the transaction `on` ends, and waits for whoever is changing
/// one; in the order of their ids, as everywhere. Nothing on SQLite, whose transactions exclude each other from their start.
///
/// # Errors
/// The database refuses.
pub async fn lock_appointments(on: &impl ConnectionTrait, ids: &[Uuid]) -> Result<(), StoreError> {
    let backend = on.get_database_backend();
    if backend != DatabaseBackend::Postgres || ids.is_empty() {
        return Ok(());
    }
    let (one_of_these, values) = one_of(backend, ids, 1);
    let sql = format!("SELECT id FROM appointments WHERE id {one_of_these} ORDER BY id FOR UPDATE");
    on.query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    Ok(())
}
