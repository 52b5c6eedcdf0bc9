//! What stands in a database, whole: to show that something changed nothing.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use timetap_store::{Database, Engine};

/// Every row of every table as text, by table. Two equal ones mean that nothing was written in between.
///
/// # Panics
/// When the database does not answer.
pub async fn fingerprint(db: &Database) -> BTreeMap<String, Vec<String>> {
    let on = db.writer();
    let tables = match db.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Engine::Postgres => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
    };
    let mut selects = Vec::new();
    for table in texts(on, tables, "name").await {
        let row = match db.engine() {
            Engine::Sqlite => {
                let columns = format!("SELECT name FROM pragma_table_info('{table}')");
                let quoted: Vec<String> = texts(on, &columns, "name")
                    .await
                    .iter()
                    .map(|column| format!("'{column}=' || quote(\"{column}\")"))
                    .collect();
                quoted.join(" || ', ' || ")
            }
            Engine::Postgres => "t::text".to_owned(),
        };
        selects.push(format!("SELECT '{table}' AS name, {row} AS line FROM \"{table}\" t"));
    }
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let all = Statement::from_string(on.get_database_backend(), selects.join(" UNION ALL "));
    for row in on.query_all_raw(all).await.unwrap() {
        let table: String = row.try_get("", "name").unwrap();
        found.entry(table).or_default().push(row.try_get("", "line").unwrap());
    }
    for rows in found.values_mut() {
        rows.sort();
    }
    found
}

/// The differences of two fingerprints, a line each; empty where there are none.
pub fn changes(before: &BTreeMap<String, Vec<String>>, after: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut lines = Vec::new();
    let tables: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for table in tables {
        let rows = after.get(table).map(Vec::as_slice).unwrap_or_default();
        let old = before.get(table).map(Vec::as_slice).unwrap_or_default();
        lines.extend(
            rows.iter()
                .filter(|row| !old.contains(row))
                .map(|row| format!("+ {table}: {row}")),
        );
        lines.extend(
            old.iter()
                .filter(|row| !rows.contains(row))
                .map(|row| format!("- {table}: {row}")),
        );
    }
    lines
}

async fn texts(on: &DatabaseConnection, sql: &str, column: &str) -> Vec<String> {
    on.query_all_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap()
        .iter()
        .map(|row| row.try_get("", column).unwrap())
        .collect()
}
