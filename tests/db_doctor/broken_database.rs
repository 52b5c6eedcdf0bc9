//! What is broken in the database, the queue and the connections is named.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};

use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use timetap_store::database::sqlite_path;
use timetap_testing::Engine;

use crate::support::doctor_scene::DoctorScene;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn names_what_is_broken_in_the_database(#[case] engine: Engine) {
    let scene = DoctorScene::start(engine).await;
    let on = scene.program.app.db.writer();
    let job = |state: &str, more: &str| {
        let id = if engine == Engine::Sqlite {
            "randomblob(16)"
        } else {
            "gen_random_uuid()"
        };
        format!(
            "INSERT INTO jobs (id, kind, payload, priority, state, run_at, attempts, lease_token, created_at, updated_at{}) \
             VALUES ({id}, 'tidy_up', '{{}}', 90, '{state}', 1000, 3, 1, 1000, 1000{})",
            if more.is_empty() { "" } else { ", lease_until" },
            more
        )
    };
    for (change, group, check, status, fix) in [
        (job("dead", ""), "queue", "dead", "warning", "/admin/jobs"),
        (job("parked", ""), "queue", "parked", "warning", "Reconnect"),
        (job("queued", ""), "queue", "due", "error", "timetap worker"),
        (
            job("leased", ", 1000"),
            "queue",
            "expired_leases",
            "error",
            "timetap worker",
        ),
        (
            "UPDATE calendar_connections SET status = 'needs_reconnect'".to_owned(),
            "google",
            "reconnect",
            "warning",
            "Reconnect",
        ),
        (
            "UPDATE calendar_connections SET status = 'active', scopes = 'openid'".to_owned(),
            "google",
            "granted",
            "warning",
            "ticks every box",
        ),
        (
            "UPDATE calendar_connections SET unknown_events = \
             '[{\"title\": \"a\", \"starts\": 4102444800000, \"ends\": 4102448400000, \"link\": null}]'"
                .to_owned(),
            "google",
            "unknown_events",
            "warning",
            "Calendars",
        ),
        (
            "UPDATE calendar_connections SET refresh_token_sealed = 'in plain sight'".to_owned(),
            "keys",
            "unsealed",
            "error",
            "backup",
        ),
        (
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_later', 0)".to_owned(),
            "database",
            "schema",
            "error",
            "restore a backup",
        ),
        (
            "DELETE FROM seaql_migrations".to_owned(),
            "database",
            "schema",
            "error",
            "timetap migrate",
        ),
    ] {
        on.execute_unprepared(&change).await.unwrap();
        let found = scene.examine(&[]).await;
        let (said, how) = found.about(group, check);
        assert_eq!(said, status, "{change}: {:#}", found.report);
        assert!(how.contains(fix), "{change}: {how:?}");
        assert!(found.code == 1 || status == "warning", "{change}: {:#}", found.report);
    }
    let asked = scene.examine_with(&[], &["--test-event", "anna"]).await;
    assert_eq!(asked.about("google", "test_event").0, "error", "{:#}", asked.report);

    let nowhere = match engine {
        Engine::Sqlite => "sqlite:/nowhere/at/all.db",
        Engine::Postgres => "postgres://nobody:a-password@127.0.0.1:1/nothing",
    };
    let found = scene.examine(&[("DATABASE_URL", nowhere)]).await;
    assert_eq!((found.about("database", "connection").0, found.code), ("error", 1));
    assert_eq!(found.about("queue", "queue").0, "skipped");
    assert_eq!(
        found.about("mail", "connection").0,
        "ok",
        "the rest is looked at all the same"
    );
    assert!(!found.report.to_string().contains("a-password"), "{:#}", found.report);
}

#[tokio::test]
async fn says_that_a_server_of_postgresql_takes_no_writes() {
    let scene = DoctorScene::start(Engine::Postgres).await;
    let name = scene.program.database.url.rsplit('/').next().unwrap().to_owned();
    let on = scene.program.app.db.writer();
    on.execute_unprepared(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"))
        .await
        .unwrap();
    let found = scene.examine(&[]).await;
    assert_eq!((found.about("database", "read_only").0, found.code), ("error", 1));
    assert_eq!(found.about("database", "writing").0, "error");
}

#[tokio::test]
async fn says_that_a_file_is_damaged() {
    let scene = DoctorScene::start(Engine::Sqlite).await;
    let on = scene.program.app.db.writer();
    // Everything into the file itself; then one page of an index, which nobody reads here, is lost as by a broken disk.
    on.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    let number = async |sql: &str| {
        let row = on
            .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
            .await
            .unwrap();
        u64::try_from(row.unwrap().try_get_by_index::<i64>(0).unwrap()).unwrap()
    };
    let page = number("SELECT rootpage FROM sqlite_schema WHERE name = 'carts_by_age'").await;
    let size = number("PRAGMA page_size").await;
    let path = sqlite_path(&scene.program.database.url).unwrap();
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start((page - 1) * size)).unwrap();
    file.write_all(&vec![0; usize::try_from(size).unwrap()]).unwrap();
    let found = scene.examine(&[]).await;
    let (status, fix) = found.about("database", "integrity");
    assert_eq!((status, found.code), ("error", 1), "{:#}", found.report);
    assert!(fix.contains("timetap restore FILE --replace"), "{fix}");
}

#[rstest]
#[case::claims_inserted(Engine::Sqlite, "DROP TRIGGER claims_keep_apart_insert")]
#[case::claims_updated(Engine::Sqlite, "DROP TRIGGER claims_keep_apart_update")]
#[case::appointments_inserted(Engine::Sqlite, "DROP TRIGGER appointments_keep_apart_insert")]
#[case::appointments_updated(Engine::Sqlite, "DROP TRIGGER appointments_keep_apart_update")]
#[case::claims(Engine::Postgres, "ALTER TABLE claims DROP CONSTRAINT claims_keep_apart")]
#[case::appointments(Engine::Postgres, "ALTER TABLE appointments DROP CONSTRAINT appointments_keep_apart")]
#[tokio::test]
async fn says_that_a_rule_against_double_bookings_is_gone(#[case] engine: Engine, #[case] change: &str) {
    let scene = DoctorScene::start(engine).await;
    let before = scene.examine(&[]).await;
    assert_eq!(before.about("database", "double_booking").0, "ok");
    let on = scene.program.app.db.writer();
    on.execute_unprepared(change).await.unwrap();
    let found = scene.examine(&[]).await;
    let (status, fix) = found.about("database", "double_booking");
    assert_eq!((status, found.code), ("error", 1), "{:#}", found.report);
    assert!(fix.contains("timetap restore"), "{fix}");
}

#[tokio::test]
async fn says_that_an_extension_of_postgresql_is_missing() {
    let scene = DoctorScene::start(Engine::Postgres).await;
    let on = scene.program.app.db.writer();
    on.execute_unprepared("DROP EXTENSION btree_gist CASCADE")
        .await
        .unwrap();
    let found = scene.examine(&[]).await;
    let (status, fix) = found.about("database", "btree_gist");
    assert_eq!((status, found.code), ("error", 1), "{:#}", found.report);
    assert!(fix.contains("CREATE EXTENSION btree_gist"), "{fix}");
}
