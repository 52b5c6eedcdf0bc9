//! Reads a table piece by piece.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, QueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

use super::Row;
use super::load_rows::bind;
use super::tables::{Kind, Table};
use crate::error::StoreError;

/// Up to `most` rows of `table` in the order of its primary key: the first ones, or those after the row `after`. Read all
/// pieces in one [`snapshot`](super::snapshot), or they do not belong together.
///
/// # Errors
/// The database refuses.
pub async fn read_rows(
    on: &impl ConnectionTrait,
    table: &Table,
    after: Option<&Row>,
    most: u32,
) -> Result<Vec<Row>, StoreError> {
    let backend = on.get_database_backend();
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| match column.kind {
            // Its text is exact on both; a parsed value would lose the order of keys and long numbers.
            Kind::Json if backend == DatabaseBackend::Postgres => format!("CAST({} AS TEXT)", column.name),
            _ => column.name.to_owned(),
        })
        .collect();
    let key = table.key.join(", ");
    let mut values = Vec::new();
    let mut condition = String::new();
    if let Some(after) = after {
        let mut places = Vec::with_capacity(table.key.len());
        for (column, cell) in table.columns.iter().zip(after) {
            if table.key.contains(&column.name) {
                values.push(bind(table, column.kind, cell)?);
                places.push(format!("${}", values.len()));
            }
        }
        condition = format!("WHERE ({key}) > ({})", places.join(", "));
    }
    let sql = format!(
        "SELECT {} FROM {} {condition} ORDER BY {key} LIMIT {most}",
        columns.join(", "),
        table.name,
    );
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    Ok(rows.iter().map(|row| read_row(row, table)).collect::<Result<_, _>>()?)
}

fn read_row(row: &QueryResult, table: &Table) -> Result<Row, DbErr> {
    table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            Ok(match column.kind {
                Kind::Uuid => row
                    .try_get_by_index::<Option<Uuid>>(index)?
                    .map(|id| Value::String(id.to_string())),
                Kind::Integer => row.try_get_by_index::<Option<i64>>(index)?.map(Value::from),
                Kind::Bool => row.try_get_by_index::<Option<bool>>(index)?.map(Value::from),
                Kind::Text | Kind::Json => row.try_get_by_index::<Option<String>>(index)?.map(Value::from),
            }
            .unwrap_or(Value::Null))
        })
        .collect()
}
