//! `timetap doctor`: says that all is well where it is, and names what is broken, with the way to mend it.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::time::Duration;

use rstest::rstest;
use sea_orm::ConnectionTrait;
use timetap_sandbox::{LedgerQuery, MailFilter};
use timetap_testing::Engine;
use timetap_usecases::backup::write_backup;

use support::doctor_scene::{DoctorScene, run};

const SECRETS: [&str; 2] = ["test-secret", "0707070707"];

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn finds_all_well_and_makes_what_it_is_asked_for(#[case] engine: Engine) {
    let scene = DoctorScene::start(engine).await;
    let _serving = scene.serve().await;
    let wishes = ["--send-test-mail", "op@example.org", "--test-event", "anna"];
    let mut well = scene.examine_with(&[], &wishes).await;
    // The server has just begun with the jobs.
    for _ in 0..20 {
        if well.about("queue", "due").0 == "ok" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        well = scene.examine_with(&[], &wishes).await;
    }
    assert_eq!(
        (well.code, &well.report["status"]),
        (0, &"ok".into()),
        "{:#}",
        well.report
    );
    for (group, check) in [
        ("configuration", "settings"),
        ("database", "schema"),
        ("database", "writing"),
        ("database", "double_booking"),
        ("keys", "keys"),
        ("clock", "google"),
        ("address", "answers"),
        ("mail", "connection"),
        ("mail", "test_mail"),
        ("google", "credentials"),
        ("google", "connections"),
        ("google", "test_event"),
        ("queue", "dead"),
    ] {
        assert_eq!(well.about(group, check).0, "ok", "{group}/{check}");
    }
    let special = if engine == Engine::Sqlite {
        "durability"
    } else {
        "connections"
    };
    assert_eq!(well.about("database", special).0, "ok");

    let google = scene.program.sandbox.control();
    let count = |method: &str| google.count(&LedgerQuery::method(method).with_effect(true));
    assert!(count("insert") >= 1, "a real event was made");
    assert_eq!(count("insert"), count("delete"), "and removed");
    let left = google.events("ada@sandbox.test").unwrap();
    assert!(left.iter().all(|event| event["status"] == "cancelled"), "{left:?}");
    let mails = google.mails(&MailFilter::default());
    assert!(mails.iter().any(|mail| format!("{mail:?}").contains("op@example.org")));

    let mut command = scene.command();
    let output = run({
        command.arg("doctor");
        command
    })
    .await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(!text.contains('\u{1b}'), "colours only on a terminal: {text}");
    assert!(text.contains("\nDatabase\n  ok "), "{text}");
    let address = format!("http://{}/api/google/calendar/callback", scene.address);
    assert!(text.contains(&address), "the redirect address to register: {text}");
    for secret in SECRETS {
        assert!(!text.contains(secret), "{text}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn names_every_wrong_setting_and_key(#[case] engine: Engine) {
    let scene = DoctorScene::start(engine).await;
    let other = format!("test:{}", "08".repeat(32));
    let renamed = format!("new:{}", "07".repeat(32));
    let rotated = format!("new:{},test:{}", "09".repeat(32), "07".repeat(32));
    let before = content(&scene).await;
    let example = format!("k1:{},test:{}", "00".repeat(32), "07".repeat(32));
    for (name, value, group, check, status, fix) in [
        (
            "TIMETAP_KEYS",
            other.as_str(),
            "keys",
            "wrong_key",
            "error",
            "old value back",
        ),
        (
            "TIMETAP_KEYS",
            &renamed,
            "keys",
            "missing_key",
            "error",
            "Put test back into keys",
        ),
        (
            "TIMETAP_KEYS",
            &rotated,
            "keys",
            "older_keys",
            "warning",
            "timetap keys rotate",
        ),
        (
            "TIMETAP_KEYS",
            &example,
            "configuration",
            "keys",
            "error",
            "openssl rand",
        ),
        (
            "TIMETAP_KEYS",
            "k1:c0ffee",
            "configuration",
            "keys",
            "error",
            "openssl rand",
        ),
        (
            "TIMETAP_SMTP_PORT",
            "1",
            "mail",
            "connection",
            "error",
            "smtp_host and smtp_port",
        ),
        ("TIMETAP_SMTP_ENCRYPTION", "tls", "mail", "connection", "error", "smtp_"),
        (
            "TIMETAP_SMTP_ENCRYPTION",
            "ssl",
            "configuration",
            "smtp_encryption",
            "error",
            "starttls",
        ),
        (
            "TIMETAP_GOOGLE_CLIENT_SECRET",
            "wrong",
            "google",
            "credentials",
            "error",
            "google_client_secret",
        ),
        (
            "TIMETAP_GOOGLE_BASE_URL",
            "http://127.0.0.1:1",
            "google",
            "credentials",
            "error",
            "port 443",
        ),
        (
            "TIMETAP_PUBLIC_URL",
            "http://book.example.org",
            "address",
            "https",
            "error",
            "certificate",
        ),
        (
            "TIMETAP_PUBLIC_URL",
            "book.example.org",
            "configuration",
            "public_url",
            "error",
            "https://",
        ),
        ("TIMETAP_LOG", "=[", "configuration", "log", "warning", "info"),
        (
            "TIMETAP_SMTP_PORT",
            "many",
            "configuration",
            "settings",
            "error",
            "timetap.example.toml",
        ),
        (
            "TIMETAP_NO_SUCH_THING",
            "1",
            "configuration",
            "settings",
            "error",
            "timetap.example.toml",
        ),
    ] {
        let found = scene.examine(&[(name, value)]).await;
        let (said, how) = found.about(group, check);
        assert_eq!(said, status, "{name}={value}: {:#}", found.report);
        assert!(how.contains(fix), "{name}={value}: {how:?}");
        assert_eq!(
            found.code,
            i32::from(status == "error"),
            "{name}={value}: {:#}",
            found.report
        );
        for secret in SECRETS {
            assert!(!found.report.to_string().contains(secret), "{name}");
        }
    }
    assert!(content(&scene).await == before, "looking changes nothing");
    // Nobody serves: that is worth knowing, and no error.
    let found = scene.examine(&[]).await;
    assert_eq!((found.about("address", "answers").0, found.code), ("warning", 0));
}

/// Every row of the database, as a backup holds them.
async fn content(scene: &DoctorScene) -> Vec<u8> {
    let mut bytes = Vec::new();
    let app = &scene.program.app;
    write_backup(&app.db, &mut bytes, app.clock.now()).await.unwrap();
    bytes
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn names_what_is_broken_in_the_database(#[case] engine: Engine) {
    let scene = DoctorScene::start(engine).await;
    let on = scene.program.app.db.writer();
    let unguard = if engine == Engine::Sqlite {
        "DROP TRIGGER claims_keep_apart_update"
    } else {
        "ALTER TABLE claims DROP CONSTRAINT claims_keep_apart"
    };
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
            unguard.to_owned(),
            "database",
            "double_booking",
            "error",
            "timetap restore",
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
async fn an_empty_folder_is_described_and_left_empty() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_timetap"));
    command.env_clear().current_dir(folder.path()).arg("doctor");
    let output = run(command).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [
        "public_url is not set",
        "keys is not set",
        "smtp_host is not set",
        "timetap migrate",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing was made");
}
