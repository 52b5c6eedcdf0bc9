//! `timetap backup` and `timetap restore` as an operator uses them.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use sha2::{Digest, Sha256};
use timetap_store::Database;
use timetap_testing::{Engine, TestDatabase};

use support::{Server, free_address, timetap};

async fn command(url: &str, arguments: &[&str]) -> Output {
    let mut command = timetap(url, free_address());
    command.args(arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

async fn succeed(url: &str, arguments: &[&str]) -> String {
    let output = command(url, arguments).await;
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

async fn refuse(url: &str, arguments: &[&str]) -> String {
    let output = command(url, arguments).await;
    assert!(
        !output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8(output.stderr).unwrap()
}

async fn people(url: &str) -> Vec<String> {
    let db = Database::connect_to_look(url).await.unwrap();
    let on = db.reader();
    let rows = on
        .query_all_raw(Statement::from_string(
            on.get_database_backend(),
            "SELECT email FROM users ORDER BY email",
        ))
        .await
        .unwrap();
    let people = rows.iter().map(|row| row.try_get("", "email").unwrap()).collect();
    db.close().await.unwrap();
    people
}

async fn add(url: &str, name: &str) {
    let email = format!("{name}@example.org");
    let create = ["user", "create", "--email", &email, "--name", name, "--role", "staff"];
    succeed(url, &create).await;
}

fn other(engine: Engine) -> Engine {
    match engine {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    }
}

/// A database of its own that no program has opened yet.
async fn fresh(engine: Engine, folder: &Path) -> (String, Option<TestDatabase>) {
    match engine {
        Engine::Sqlite => (format!("sqlite:{}", folder.join("new/x.db").display()), None),
        Engine::Postgres => {
            let database = TestDatabase::unmigrated(engine).await;
            (database.url.clone(), Some(database))
        }
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_operator_backs_up_goes_back_and_moves(#[case] engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.backup");
    let path = file.to_str().unwrap();
    let database = TestDatabase::new(engine).await;
    let url = database.url.as_str();
    add(url, "anna").await;

    let said = succeed(url, &["backup", path]).await;
    assert!(said.contains("rows of 34 tables"), "{said}");
    assert_eq!(
        file.metadata().unwrap().permissions().mode() & 0o777,
        0o600,
        "for the operator alone"
    );
    let first = std::fs::read(&file).unwrap();
    let said = refuse(url, &["backup", path]).await;
    assert!(said.contains("--overwrite"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), first);
    add(url, "ben").await;
    let newer = folder.path().join("b.backup");
    succeed(url, &["backup", newer.to_str().unwrap()]).await;
    succeed(url, &["backup", newer.to_str().unwrap(), "--overwrite"]).await;
    assert_eq!(folder.path().read_dir().unwrap().count(), 2, "no parts are left behind");

    let said = refuse(url, &["restore", path]).await;
    assert!(said.contains("--replace") && said.contains("not empty"), "{said}");
    assert_eq!(people(url).await.len(), 2);
    let serving = Server::start(other(engine)).await;
    let mut beside = timetap(url, serving.address);
    beside.args(["restore", path, "--replace"]);
    let output = tokio::task::spawn_blocking(move || beside.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("stop it first"), "{said}");
    assert_eq!(people(url).await.len(), 2);
    drop(serving);
    succeed(url, &["restore", path, "--replace"]).await;
    assert_eq!(people(url).await, ["anna@example.org"]);

    // Into a database that does not exist yet (SQLite) or has no tables (PostgreSQL), of the other kind.
    let (elsewhere, _kept) = fresh(other(engine), folder.path()).await;
    succeed(&elsewhere, &["restore", newer.to_str().unwrap(), "--exact"]).await;
    assert_eq!(people(&elsewhere).await, ["anna@example.org", "ben@example.org"]);

    let mut cut = first.clone();
    cut.truncate(first.len() - 30);
    std::fs::write(&file, &cut).unwrap();
    let said = refuse(url, &["restore", path, "--replace"]).await;
    assert!(said.contains("damaged"), "{said}");
    assert_eq!(people(url).await, ["anna@example.org"]);
    let untouched = folder.path().join("untouched.db");
    refuse(&format!("sqlite:{}", untouched.display()), &["restore", path]).await;
    assert!(!untouched.exists(), "a damaged backup does not even make a database");
    let said = refuse(url, &["restore", "/nowhere/at/all"]).await;
    assert!(said.contains("/nowhere/at/all"), "{said}");
    let nowhere = folder.path().join("no/such/folder/c.backup");
    refuse(url, &["backup", nowhere.to_str().unwrap()]).await;
    let said = refuse(
        "sqlite:/nowhere/at/all.db",
        &["backup", newer.to_str().unwrap(), "--overwrite"],
    )
    .await;
    assert!(said.contains("cannot be opened"), "{said}");
    assert!(newer.exists(), "what was there stays when no new one can be made");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_backup_of_an_earlier_version_is_restored_at_its_schema_and_migrated(#[case] engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.backup");
    let path = file.to_str().unwrap();
    let database = TestDatabase::new(engine).await;
    add(&database.url, "anna").await;
    succeed(&database.url, &["backup", path]).await;

    // As the version before the queue would have written it.
    edit(&file, |lines| {
        let queue = lines
            .iter()
            .position(|line| line.starts_with("{\"table\":\"jobs\""))
            .unwrap();
        let end = lines.pop().unwrap();
        lines.truncate(queue);
        let mut header: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        let migrations = header["migrations"].as_array_mut().unwrap();
        let before = migrations
            .iter()
            .position(|name| name.as_str().unwrap().ends_with("_jobs"))
            .unwrap();
        migrations.truncate(before);
        lines[0] = header.to_string();
        let mut end: serde_json::Value = serde_json::from_str(&end).unwrap();
        end["rows"]
            .as_object_mut()
            .unwrap()
            .retain(|table, _| table != "jobs" && table != "messages");
        lines.push(end.to_string());
    });
    let said = refuse(&database.url, &["restore", path, "--replace"]).await;
    assert!(said.contains("new, empty database"), "{said}");
    let (elsewhere, _kept) = fresh(engine, folder.path()).await;
    succeed(&elsewhere, &["restore", path]).await;
    assert_eq!(people(&elsewhere).await, ["anna@example.org"]);
    let said = succeed(
        &elsewhere,
        &["backup", folder.path().join("b.backup").to_str().unwrap()],
    )
    .await;
    assert!(said.contains("rows of 34 tables"), "{said}");

    edit(&file, |lines| lines[0] = lines[0].replacen("m2026", "m3026", 1));
    let (later, _kept) = fresh(engine, &folder.path().join("later")).await;
    let said = refuse(&later, &["restore", path]).await;
    assert!(said.contains("later version"), "{said}");
}

/// Changes a backup, and lets its checksum fit again.
fn edit(file: &Path, change: impl FnOnce(&mut Vec<String>)) {
    let bytes = std::fs::read(file).unwrap();
    let mut text = String::new();
    GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    change(&mut lines);
    let mut end: serde_json::Value = serde_json::from_str(&lines.pop().unwrap()).unwrap();
    let mut digest = Sha256::new();
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    for line in lines {
        digest.update(format!("{line}\n"));
        writeln!(out, "{line}").unwrap();
    }
    let mut hex = String::new();
    for byte in digest.finalize() {
        write!(hex, "{byte:02x}").unwrap();
    }
    end["sha256"] = hex.into();
    writeln!(out, "{end}").unwrap();
    std::fs::write(file, out.finish().unwrap()).unwrap();
}
