//! Finds values that are not sealed with a certain key.

use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use super::{RowKey, SealedColumn};
use crate::error::StoreError;

/// A sealed value and the row that it belongs to.
#[derive(Clone, Debug)]
pub struct SealedRow {
    /// The row.
    pub key: RowKey,
    /// The id that the value is sealed for.
    pub owner: Uuid,
    /// The sealed value.
    pub sealed: String,
}

/// Up to `limit` values of `column` that do not begin with `prefix`, of rows after `after`, in the order of their keys.
///
/// # Errors
/// The database refuses.
pub async fn list_sealed_otherwise(
    on: &impl ConnectionTrait,
    column: &SealedColumn,
    prefix: &str,
    after: RowKey,
    limit: u32,
) -> Result<Vec<SealedRow>, StoreError> {
    let SealedColumn {
        table,
        column: name,
        key,
        owner,
        ..
    } = column;
    // Not LIKE: on SQLite that takes the keys "k1" and "K1" for one.
    let sql = format!(
        "SELECT {key} AS row_key, {owner} AS row_owner, {name} AS sealed FROM {table} \
         WHERE {key} > $1 AND {name} IS NOT NULL AND substr({name}, 1, length($2)) <> $2 ORDER BY {key} LIMIT $3"
    );
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [after.into(), prefix.into(), i64::from(limit).into()],
        ))
        .await?;
    rows.iter()
        .map(|row| {
            let key = if column.text_key {
                RowKey::Text(row.try_get("", "row_key")?)
            } else {
                RowKey::Id(row.try_get("", "row_key")?)
            };
            Ok(SealedRow {
                key,
                owner: row.try_get("", "row_owner")?,
                sealed: row.try_get("", "sealed")?,
            })
        })
        .collect()
}
