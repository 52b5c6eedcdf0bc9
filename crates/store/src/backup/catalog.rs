//! What the database itself says about its tables, to notice what a copy would leave out.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use super::tables::Table;
use crate::error::StoreError;

/// Kept by the migrations themselves.
const OWN: &str = "seaql_migrations";

/// `table` or `table.column` of everything in the database that `tables` do not name, and of everything that they name and
/// the database does not have.
///
/// # Errors
/// The database refuses.
pub async fn find_differences(on: &impl ConnectionTrait, tables: &[Table]) -> Result<Vec<String>, StoreError> {
    let there = list_columns(on).await?;
    let mut named = Vec::with_capacity(there.len());
    for table in tables {
        named.extend(
            table
                .columns
                .iter()
                .map(|column| (table.name.to_owned(), column.name.to_owned())),
        );
    }
    let mut differences: Vec<String> = there
        .iter()
        .filter(|column| !named.contains(column))
        .chain(named.iter().filter(|column| !there.contains(column)))
        .map(|(table, column)| format!("{table}.{column}"))
        .collect();
    differences.sort();
    Ok(differences)
}

/// Those of `tables` that the database has; an earlier version's has not all of them.
///
/// # Errors
/// The database refuses.
pub async fn keep_existing(on: &impl ConnectionTrait, tables: Vec<Table>) -> Result<Vec<Table>, StoreError> {
    let there = list_columns(on).await?;
    Ok(tables
        .into_iter()
        .filter(|table| there.iter().any(|(name, _)| name == table.name))
        .collect())
}

/// Every table and column, those of the migrations' own bookkeeping aside.
async fn list_columns(on: &impl ConnectionTrait) -> Result<Vec<(String, String)>, StoreError> {
    let backend = on.get_database_backend();
    let sql = if backend == DatabaseBackend::Postgres {
        "SELECT c.table_name::text AS table_name, c.column_name::text AS column_name FROM information_schema.columns c \
         JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
         WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
    } else {
        "SELECT t.name AS table_name, c.name AS column_name FROM sqlite_master t, pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    };
    let rows = on.query_all_raw(Statement::from_string(backend, sql)).await?;
    let mut there = Vec::with_capacity(rows.len());
    for row in rows {
        let table: String = row.try_get("", "table_name")?;
        let column: String = row.try_get("", "column_name")?;
        if table != OWN {
            there.push((table, column));
        }
    }
    Ok(there)
}

/// The first of `tables` that has a row.
///
/// # Errors
/// The database refuses.
pub async fn find_occupied<'a>(on: &impl ConnectionTrait, tables: &'a [Table]) -> Result<Option<&'a str>, StoreError> {
    for table in tables {
        let sql = format!("SELECT 1 AS one FROM {} LIMIT 1", table.name);
        let row = on
            .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
            .await?;
        if row.is_some() {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}
