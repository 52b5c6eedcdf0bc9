//! Counts sealed values by the key they are sealed with.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use super::SealedColumn;
use crate::error::StoreError;

/// The ids of the keys that values of `column` are sealed with, and how many are sealed with each, in the order of the ids.
/// What is not of the form `v1.key.text` counts under the empty id.
///
/// # Errors
/// The database refuses.
pub async fn count_by_key(on: &impl ConnectionTrait, column: &SealedColumn) -> Result<Vec<(String, u64)>, StoreError> {
    let SealedColumn { table, column, .. } = column;
    let key = if on.get_database_backend() == DatabaseBackend::Postgres {
        format!("split_part({column}, '.', 2)")
    } else {
        format!("substr({column}, 4, max(instr(substr({column}, 4), '.') - 1, 0))")
    };
    let sql = format!(
        "SELECT key_id, COUNT(*) AS number FROM \
         (SELECT CASE WHEN substr({column}, 1, 3) = 'v1.' THEN {key} ELSE '' END AS key_id \
          FROM {table} WHERE {column} IS NOT NULL) AS sealed GROUP BY key_id ORDER BY key_id"
    );
    let rows = on
        .query_all_raw(Statement::from_string(on.get_database_backend(), sql))
        .await?;
    rows.iter()
        .map(|row| {
            let number: i64 = row.try_get("", "number")?;
            Ok((row.try_get("", "key_id")?, number.unsigned_abs()))
        })
        .collect()
}
