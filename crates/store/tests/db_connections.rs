//! The settings of our connections, whatever is set for others: what is committed stays, and no statement is compiled.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use timetap_store::Database;
use timetap_testing::{Engine, TestDatabase};

async fn ask(on: &DatabaseConnection, question: &str) -> String {
    let statement = Statement::from_string(on.get_database_backend(), question);
    let row = on.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index::<String>(0)
        .or_else(|_| row.try_get_by_index::<i64>(0).map(|number| number.to_string()))
        .unwrap()
}

#[tokio::test]
async fn sqlite_syncs_its_write_ahead_log_with_every_commit() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    // 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
    assert_eq!(ask(database.db.writer(), "PRAGMA synchronous").await, "2");
    assert_eq!(ask(database.db.writer(), "PRAGMA journal_mode").await, "wal");
}

/// Connections to the database after this was set for everybody who uses it.
async fn connect_where(database: &TestDatabase, set: &str) -> Database {
    let name = ask(database.db.writer(), "SELECT current_database()::text").await;
    let set = format!("ALTER DATABASE {name} SET {set}");
    database.db.writer().execute_unprepared(&set).await.unwrap();
    Database::connect(&database.url).await.unwrap()
}

#[tokio::test]
async fn postgres_waits_for_its_log_even_where_the_database_is_set_not_to() {
    let database = TestDatabase::new(Engine::Postgres).await;
    assert_ne!(ask(database.db.writer(), "SHOW synchronous_commit").await, "off");
    let again = connect_where(&database, "synchronous_commit = off").await;
    assert_eq!(ask(again.writer(), "SHOW synchronous_commit").await, "on");
    again.close().await.unwrap();
}

#[tokio::test]
async fn postgres_compiles_none_of_our_statements() {
    let database = TestDatabase::new(Engine::Postgres).await;
    let again = connect_where(&database, "jit = on").await;
    for on in [again.writer(), again.reader()] {
        assert_eq!(ask(on, "SHOW jit").await, "off");
    }
    again.close().await.unwrap();
}
