//! Programs to back up and to restore into, and digests of databases that are not made by the code under test.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use sea_orm::{ConnectionTrait, Statement};
use timetap_store::Database;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::backup::{BackupError, RestoreOptions, Restored, restore_backup, write_backup};

/// As it was.
pub const EXACT: RestoreOptions = RestoreOptions {
    replace: false,
    hold_back: false,
};

pub async fn backup(app: &TimeTap) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_backup(&app.db, &mut bytes, app.clock.now()).await.unwrap();
    bytes
}

pub async fn restore(app: &TimeTap, bytes: &[u8], options: RestoreOptions) -> Result<Restored, BackupError> {
    restore_backup(app, Cursor::new(bytes), options).await
}

/// A new program on an empty database, with these rows.
pub async fn restored(engine: Engine, bytes: &[u8]) -> TestProgram {
    let program = TestProgram::start(engine).await;
    restore(&program.app, bytes, EXACT).await.unwrap();
    program
}

/// The lines of a backup.
pub fn lines(bytes: &[u8]) -> Vec<String> {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

/// Every value of every row in the database's own notation, by table.
pub async fn fingerprint(db: &Database) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    for table in texts(db, &list(db, "")).await {
        let sql = if db.engine() == Engine::Postgres {
            format!("SELECT t::text AS value FROM {table} t ORDER BY 1")
        } else {
            let columns = texts(db, &list(db, &table)).await;
            let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
            format!("SELECT {} AS value FROM {table} ORDER BY 1", quoted.join(" || ',' || "))
        };
        let rows = texts(db, &sql).await;
        tables.insert(table, rows);
    }
    tables
}

/// The query for the tables, or for the columns of one (on SQLite).
fn list(db: &Database, table: &str) -> String {
    match (db.engine(), table) {
        (Engine::Postgres, _) => {
            "SELECT tablename::text AS value FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'seaql_migrations'".to_owned()
        }
        (Engine::Sqlite, "") => {
            "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name <> 'seaql_migrations'".to_owned()
        }
        (Engine::Sqlite, table) => format!("SELECT name AS value FROM pragma_table_info('{table}')"),
    }
}

async fn texts(db: &Database, sql: &str) -> Vec<String> {
    let on = db.writer();
    let rows = on
        .query_all_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get("", "value").unwrap()).collect()
}

/// The number that a query gives.
pub async fn number(db: &Database, sql: &str) -> i64 {
    let on = db.writer();
    let row = on
        .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap()
        .unwrap();
    row.try_get_by_index(0).unwrap()
}
