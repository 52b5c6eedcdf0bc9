//! Runs a statement that is to change one row.

use sea_orm::{ConnectionTrait, Statement, Value};

use crate::error::StoreError;

/// Runs `sql`. Returns whether it changed exactly one row.
///
/// # Errors
/// The database refuses.
pub(super) async fn change_row(
    on: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<bool, StoreError> {
    let done = on
        .execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    Ok(done.rows_affected() == 1)
}
