//! Writes rows that were read from the same or another database.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::Value as Json;
use uuid::Uuid;

use super::Row;
use super::tables::{Column, Kind, Table};
use crate::error::StoreError;

/// Both databases limit the values of one statement: SQLite to 32,766, PostgreSQL to 65,535.
const MOST_VALUES: usize = 30_000;

/// A table and those of its columns that the rows have, in their order.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    /// The table.
    pub table: &'a Table,
    /// The columns.
    pub columns: Vec<&'a Column>,
}

impl Target<'_> {
    /// How many rows go into one call of [`load_rows`].
    pub fn most_rows(&self) -> usize {
        (MOST_VALUES / self.columns.len().max(1)).clamp(1, 1000)
    }
}

/// Inserts `rows`, at most [`Target::most_rows`] of them. What points to rows of the same table is left empty, for
/// [`link_rows`] to fill in when all rows are there.
///
/// # Errors
/// A value is not of the column's kind, or the database refuses.
pub async fn load_rows(on: &impl ConnectionTrait, target: &Target<'_>, rows: &[Row]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let backend = on.get_database_backend();
    let table = target.table;
    let names: Vec<&str> = target.columns.iter().map(|column| column.name).collect();
    let mut values = Vec::with_capacity(rows.len() * names.len());
    let mut groups = Vec::with_capacity(rows.len());
    for row in rows {
        if row.len() != names.len() {
            return Err(wrong(table, "a row has another number of values than columns"));
        }
        let mut places = Vec::with_capacity(names.len());
        for (column, cell) in target.columns.iter().zip(row) {
            let linked_later = table.own_reference == Some(column.name);
            values.push(bind(table, column.kind, if linked_later { &Json::Null } else { cell })?);
            let place = values.len();
            places.push(match column.kind {
                Kind::Json if backend == DatabaseBackend::Postgres => format!("CAST(${place} AS jsonb)"),
                _ => format!("${place}"),
            });
        }
        groups.push(format!("({})", places.join(",")));
    }
    let sql = format!(
        "INSERT INTO {} ({}) VALUES {}",
        table.name,
        names.join(","),
        groups.join(",")
    );
    on.execute_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    Ok(())
}

/// What a row points to in its own table: its id and the other row's.
pub type Link = (Json, Json);

/// The links of `row`, to be made later.
pub fn find_link(target: &Target<'_>, row: &Row) -> Option<Link> {
    let own = target.table.own_reference?;
    let position = |name: &str| target.columns.iter().position(|column| column.name == name);
    let to = row.get(position(own)?)?;
    let from = row.get(position(target.table.key.first()?)?)?;
    (!to.is_null()).then(|| (from.clone(), to.clone()))
}

/// Fills in what [`load_rows`] left empty.
///
/// # Errors
/// The database refuses.
pub async fn link_rows(on: &impl ConnectionTrait, table: &Table, links: &[Link]) -> Result<(), StoreError> {
    let (Some(own), Some(key)) = (table.own_reference, table.key.first()) else {
        return Ok(());
    };
    let sql = format!("UPDATE {} SET {own} = $2 WHERE {key} = $1", table.name);
    for (from, to) in links {
        let values = [bind(table, Kind::Uuid, from)?, bind(table, Kind::Uuid, to)?];
        on.execute_raw(Statement::from_sql_and_values(on.get_database_backend(), &sql, values))
            .await?;
    }
    Ok(())
}

/// The value of a cell, as the databases take it.
pub(super) fn bind(table: &Table, kind: Kind, cell: &Json) -> Result<sea_orm::Value, StoreError> {
    let text = || match cell {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text.clone())),
        _ => Err(wrong(table, "a text is expected")),
    };
    Ok(match kind {
        Kind::Text | Kind::Json => text()?.into(),
        Kind::Uuid => text()?
            .map(|text| Uuid::parse_str(&text).map_err(|_| wrong(table, "an id is expected")))
            .transpose()?
            .into(),
        Kind::Integer => match cell {
            Json::Null => None::<i64>.into(),
            other => Some(
                other
                    .as_i64()
                    .ok_or_else(|| wrong(table, "a whole number is expected"))?,
            )
            .into(),
        },
        Kind::Bool => match cell {
            Json::Null => None::<bool>.into(),
            other => Some(
                other
                    .as_bool()
                    .ok_or_else(|| wrong(table, "true or false is expected"))?,
            )
            .into(),
        },
    })
}

fn wrong(table: &Table, what: &str) -> StoreError {
    StoreError::Inconsistent {
        place: table.name,
        what: what.to_owned(),
    }
}
