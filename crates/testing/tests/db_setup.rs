//! The ground that other tests stand on: databases migrate, also by several processes at once, and are apart.

use rstest::rstest;
use sea_orm::ConnectionTrait;
use timetap_store::Database;
use timetap_testing::{Engine, TestDatabase, TestProgram};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_test_has_an_empty_database_of_its_own(#[case] engine: Engine) {
    let (one, two) = (TestDatabase::new(engine).await, TestDatabase::new(engine).await);
    one.db
        .writer()
        .execute_unprepared("INSERT INTO settings (key, value, updated_at) VALUES ('a', 'b', 1)")
        .await
        .unwrap();
    let count = |db: Database| async move {
        db.reader()
            .query_all_raw(sea_orm::Statement::from_string(
                db.writer().get_database_backend(),
                "SELECT key FROM settings",
            ))
            .await
            .unwrap()
            .len()
    };
    assert_eq!(count(one.db.clone()).await, 1);
    assert_eq!(count(two.db.clone()).await, 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn replicas_that_start_at_once_migrate_once(#[case] engine: Engine) {
    let database = TestDatabase::unmigrated(engine).await;
    let again = Database::connect(&database.url).await.unwrap();
    let (one, two) = tokio::join!(
        timetap_migrations::migrate(database.db.writer(), engine == Engine::Postgres),
        timetap_migrations::migrate(again.writer(), engine == Engine::Postgres),
    );
    one.unwrap();
    two.unwrap();
    database
        .db
        .writer()
        .execute_unprepared("INSERT INTO settings (key, value, updated_at) VALUES ('a', 'b', 1)")
        .await
        .unwrap();
    timetap_migrations::migrate(database.db.writer(), engine == Engine::Postgres)
        .await
        .unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_whole_program_composes_against_the_sandbox(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    program.app.db.ping().await.unwrap();
    assert!(program.app.google.is_some());
}
