//! Puts the same value in another form into its place.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use super::{RowKey, SealedColumn};
use crate::error::StoreError;

/// Replaces `old` by `new`, where `old` still stands there and nobody is at work with it. Returns whether it was replaced:
/// whoever wrote in between wins.
///
/// # Errors
/// The database refuses.
pub async fn replace_sealed(
    on: &impl ConnectionTrait,
    column: &SealedColumn,
    key: RowKey,
    old: &str,
    new: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let SealedColumn {
        table,
        column: name,
        key: key_name,
        ..
    } = column;
    let mut sql = format!("UPDATE {table} SET {name} = $3 WHERE {key_name} = $1 AND {name} = $2");
    let mut values = vec![key.into(), old.into(), new.into()];
    if let Some(condition) = column.replaceable {
        sql = format!("{sql} AND {condition}");
        values.push(now.as_millisecond().into());
    }
    let done = on
        .execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    Ok(done.rows_affected() == 1)
}
