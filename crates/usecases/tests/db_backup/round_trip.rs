//! What comes out is what went in, on the same kind of database and on the other one.

use std::collections::BTreeMap;

use rstest::rstest;
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use serde_json::{Value, json};
use timetap_store::UnixMillis;
use timetap_store::backup::catalog::find_differences;
use timetap_store::backup::tables::{Kind, list_tables};
use timetap_store::entities::{login_session, rate_limit, schedule_override, setting};
use timetap_testing::{Engine, HostScene, TestProgram, connect_google, insert_order_rows};
use timetap_usecases::accounts::offer_setup;
use timetap_usecases::bookings::book_session;
use timetap_usecases::calendars::begin_connect;
use timetap_usecases::jobs::run_due_jobs;
use uuid::Uuid;

use super::support::{backup, fingerprint, lines, restored};

/// A program in which every table has rows, with values that are easily spoilt.
async fn furnished(engine: Engine) -> TestProgram {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let now = UnixMillis::from(app.clock.now());
    let (anna, ben) = (Uuid::from_u128(0xa), Uuid::from_u128(0xb));
    let mut scene = HostScene::new(anna, "anna");
    scene
        .display_name
        .push_str("Ánna \"L\" Lind \u{1f3b9}\n\u{2028}'--\\ \u{7f}");
    scene.insert(app).await;
    HostScene::new(ben, "ben").insert(app).await;
    let on = app.db.writer();
    // Each reports to the other, so that no order of the rows will do.
    for (who, whom) in [(anna, ben), (ben, anna)] {
        let change = timetap_store::entities::user::ActiveModel {
            id: sea_orm::Set(who),
            manager_id: sea_orm::Set(Some(whom)),
            ..Default::default()
        };
        change.update(on).await.unwrap();
    }
    schedule_override::Model {
        id: Uuid::from_u128(1),
        host_id: ben,
        date: "2026-12-24".to_owned(),
        windows: json!([{"start": 540, "end": 600, "big": 9_007_199_254_740_993_i64, "half": 0.1}]),
        note: "<b>&amp;".to_owned(),
    }
    .into_active_model()
    .insert(on)
    .await
    .unwrap();
    setting::Model {
        key: "a.key".to_owned(),
        value: String::new(),
        updated_at: UnixMillis(i64::MAX),
    }
    .into_active_model()
    .insert(on)
    .await
    .unwrap();
    for (key, start) in [("one", -1), ("one", 5), ("ONE", 5), ("two", 1)] {
        rate_limit::Model {
            key: key.to_owned(),
            window_start: UnixMillis(start),
            hits: i64::MIN,
        }
        .into_active_model()
        .insert(on)
        .await
        .unwrap();
    }
    login_session::Model {
        id: Uuid::from_u128(2),
        token_hash: "hash".to_owned(),
        user_id: anna,
        device: String::new(),
        created_at: now,
        last_seen_at: now,
        expires_at: now,
    }
    .into_active_model()
    .insert(on)
    .await
    .unwrap();
    offer_setup(app).await.unwrap();
    connect_google(app, anna, Uuid::from_u128(3), "ada@sandbox.test")
        .await
        .unwrap();
    begin_connect(app, anna, Uuid::from_u128(3), None).await.unwrap();
    run_due_jobs(app).await.unwrap();
    let form = scene.form(app, "2026-11-24T15:00:00+01:00");
    book_session(app, &form, None, "203.0.113.9").await.unwrap();
    on.execute_unprepared(
        "INSERT INTO busy_intervals (id, connection_id, user_id, calendar_id, starts_at, ends_at) \
         SELECT id, id, user_id, 'c', 1, 2 FROM calendar_connections",
    )
    .await
    .unwrap();
    insert_order_rows(app, anna, scene.services[0].id).await;
    program
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_restored_database_is_equal_to_the_byte(#[case] engine: Engine) {
    let program = furnished(engine).await;
    let before = fingerprint(&program.app.db).await;
    for (table, rows) in &before {
        assert!(!rows.is_empty(), "the test says nothing about {table}");
    }
    let bytes = backup(&program.app).await;
    let copy = restored(engine, &bytes).await;
    assert_eq!(fingerprint(&copy.app.db).await, before);
    assert!(
        backup(&copy.app).await == bytes,
        "a backup of the copy is the same file"
    );
}

#[rstest]
#[case::sqlite_to_postgres(Engine::Sqlite, Engine::Postgres)]
#[case::postgres_to_sqlite(Engine::Postgres, Engine::Sqlite)]
#[tokio::test]
async fn moving_to_the_other_database_and_back_loses_nothing(#[case] from: Engine, #[case] to: Engine) {
    let program = furnished(from).await;
    let bytes = backup(&program.app).await;
    let moved = restored(to, &bytes).await;
    let there = backup(&moved.app).await;
    assert_eq!(rows(&there), rows(&bytes));
    let back = restored(from, &there).await;
    assert_eq!(rows(&backup(&back.app).await), rows(&bytes));
}

/// All rows by table, in no order (each database has its own for texts), JSON read as what it means.
fn rows(bytes: &[u8]) -> BTreeMap<String, Vec<String>> {
    let tables = list_tables().unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut table = None;
    for line in lines(bytes) {
        let line: Value = serde_json::from_str(&line).unwrap();
        if let Some(name) = line["table"].as_str() {
            table = tables.iter().find(|table| table.name == name);
        } else if let (Some(row), Some(table)) = (line.as_array(), table) {
            let mut row = row.clone();
            for (cell, column) in row.iter_mut().zip(&table.columns) {
                if let (Kind::Json, Some(text)) = (column.kind, cell.as_str()) {
                    *cell = serde_json::from_str(text).unwrap();
                }
            }
            found
                .entry(table.name.to_owned())
                .or_default()
                .push(Value::from(row).to_string());
        }
    }
    for rows in found.values_mut() {
        rows.sort();
    }
    found
}

/// A new table or column has to be added to the entities (and a table to `list_tables`), or no backup is made at all.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_table_and_column_is_known(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let db = &program.app.db;
    let mut tables = list_tables().unwrap();
    assert_eq!(
        find_differences(db.reader(), &tables).await.unwrap(),
        Vec::<String>::new()
    );
    tables.pop();
    let forgotten = find_differences(db.reader(), &tables).await.unwrap();
    assert!(forgotten.contains(&"messages.id".to_owned()), "{forgotten:?}");
    db.writer()
        .execute_unprepared("CREATE TABLE extra (id INTEGER)")
        .await
        .unwrap();
    let error = timetap_usecases::backup::write_backup(db, Vec::new(), program.app.clock.now()).await;
    assert!(error.unwrap_err().to_string().contains("extra.id"));
}
