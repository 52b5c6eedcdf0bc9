//! One value that a certain key seals.

use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use super::SealedColumn;
use crate::error::StoreError;

/// A sealed value.
#[derive(Clone, Debug)]
pub struct SealedSample {
    /// The id that it is sealed for.
    pub owner: Uuid,
    /// The value.
    pub sealed: String,
}

/// A value of `column` that is sealed with the key `key`, if there is one.
///
/// # Errors
/// The database refuses.
pub async fn sample_sealed(
    on: &impl ConnectionTrait,
    column: &SealedColumn,
    key: &str,
) -> Result<Option<SealedSample>, StoreError> {
    let SealedColumn {
        table,
        column: name,
        owner,
        ..
    } = column;
    let sql = format!(
        "SELECT {owner} AS row_owner, {name} AS sealed FROM {table} \
         WHERE {name} IS NOT NULL AND substr({name}, 1, length($1)) = $1 LIMIT 1"
    );
    let prefix = format!("v1.{key}.");
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [prefix.into()],
        ))
        .await?;
    row.map(|row| {
        Ok(SealedSample {
            owner: row.try_get("", "row_owner")?,
            sealed: row.try_get("", "sealed")?,
        })
    })
    .transpose()
}
