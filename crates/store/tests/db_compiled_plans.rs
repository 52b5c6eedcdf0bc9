//! PostgreSQL compiles none of our statements, whatever is set for others.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use timetap_store::Database;
use timetap_testing::{Engine, TestDatabase};

async fn ask(on: &DatabaseConnection, question: &str) -> String {
    let statement = Statement::from_string(on.get_database_backend(), question);
    let row = on.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn every_connection_leaves_statements_as_they_are() {
    let database = TestDatabase::new(Engine::Postgres).await;
    let name = ask(database.db.writer(), "SELECT current_database()::text").await;
    let set = format!("ALTER DATABASE {name} SET jit = on");
    database.db.writer().execute_unprepared(&set).await.unwrap();
    let again = Database::connect(&database.url).await.unwrap();
    for on in [again.writer(), again.reader()] {
        assert_eq!(ask(on, "SHOW jit").await, "off");
    }
    again.close().await.unwrap();
}
