//! A disk without room: bookings are refused calmly and nothing breaks; when there is room again, all goes on by itself.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use sea_orm::{ConnectionTrait, Statement};
use timetap_testing::{Engine, TestDatabase};

use support::browser::Browser;
use support::reading::{booking_fields, free_times};
use support::{Server, free_address};

/// Sends the form behind `time` in Carla's name.
async fn book(server: &Server, path: &str, time: &str) -> Response {
    let form = server.http.get(server.url(time)).send().await.unwrap();
    assert_eq!(form.status(), StatusCode::OK, "pages that read go on");
    let form = form.text().await.unwrap();
    let fields = booking_fields(&form, "Carla Ruiz", "carla@example.com");
    server.http.post(server.url(path)).form(&fields).send().await.unwrap()
}

async fn is_refused_calmly(answer: Response) {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key(RETRY_AFTER));
    let page = answer.text().await.unwrap();
    assert!(page.contains("We could not save this just now."), "{page}");
    assert!(
        page.contains("value=\"Carla Ruiz\""),
        "what was typed is still there: {page}"
    );
}

async fn count(server: &Server, table: &str) -> i64 {
    let on = server.database.db.reader();
    let sql = format!("SELECT COUNT(*) AS rows FROM {table}");
    let row = on
        .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap();
    row.unwrap().try_get("", "rows").unwrap()
}

/// The kernel lets this process write files no further than `bytes`, as on a disk without room; pipes and sockets go on.
#[cfg(target_os = "linux")]
fn limit_files(process_id: u32, bytes: &str) {
    let mut command = std::process::Command::new("prlimit");
    let command = command.args(["--pid", &process_id.to_string(), &format!("--fsize={bytes}:unlimited")]);
    assert!(command.status().unwrap().success(), "prlimit is a part of util-linux");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn sqlite_without_room_refuses_writes_and_recovers() {
    let (database, address) = (TestDatabase::unmigrated(Engine::Sqlite).await, free_address());
    let program = support::timetap(&database.url, address);
    // The signal that comes with the limit ends a program that does not ignore it; a full disk sends none.
    let mut command = std::process::Command::new("sh");
    command
        .arg("-c")
        .arg("trap '' XFSZ; exec \"$0\" serve")
        .arg(env!("CARGO_BIN_EXE_timetap"));
    command
        .env_clear()
        .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut server = Server::run(database, address, &mut command).await;
    let anna = Browser::host(&server, "anna").await;
    let (path, times) = free_times(&server, "anna", "Europe/Madrid").await;
    assert_eq!(book(&server, &path, &times[0]).await.status(), StatusCode::SEE_OTHER);
    let before = (count(&server, "appointments").await, count(&server, "jobs").await);

    limit_files(server.process.id(), "0");
    // More often than there are connections: none of them may keep the failure to itself.
    for _ in 0..6 {
        is_refused_calmly(book(&server, &path, &times[3]).await).await;
    }
    let profile = anna.post("/host/profile", &support::browser::profile("other")).await;
    assert_eq!(profile.status(), StatusCode::SERVICE_UNAVAILABLE);
    for page in ["/anna", "/", "/host", "/host/bookings"] {
        assert_eq!(anna.get(page).await.status(), StatusCode::OK, "{page}");
    }
    let alive = server.http.get(server.url("/healthz")).send().await.unwrap();
    assert_eq!(alive.status(), StatusCode::OK);
    assert_eq!(
        (count(&server, "appointments").await, count(&server, "jobs").await),
        before
    );

    limit_files(server.process.id(), "unlimited");
    for time in [&times[3], &times[8]] {
        assert_eq!(
            book(&server, &path, time).await.status(),
            StatusCode::SEE_OTHER,
            "it recovers by itself"
        );
    }
    assert_eq!(count(&server, "appointments").await, before.0 + 2);
    server.ask_to_stop();
    let (in_order, log) = server.wait_for_the_end();
    assert!(in_order, "{log}");
    let on = server.database.db.reader();
    let check = Statement::from_string(on.get_database_backend(), "PRAGMA integrity_check");
    let verdict: String = on
        .query_one_raw(check)
        .await
        .unwrap()
        .unwrap()
        .try_get_by_index(0)
        .unwrap();
    assert_eq!(verdict, "ok");
}

#[tokio::test]
async fn postgres_without_room_refuses_writes_and_recovers() {
    let server = Server::start(Engine::Postgres).await;
    Browser::host(&server, "anna").await;
    let (path, times) = free_times(&server, "anna", "Europe/Madrid").await;
    let on = server.database.db.writer();
    // The same error that the server gives when it cannot extend a file.
    let full = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER no_room BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION no_room()";
    on.execute_unprepared(full).await.unwrap();
    for _ in 0..3 {
        is_refused_calmly(book(&server, &path, &times[0]).await).await;
    }
    assert_eq!(count(&server, "appointments").await, 0);
    assert_eq!(count(&server, "claims").await, 0);
    on.execute_unprepared("DROP TRIGGER no_room ON jobs").await.unwrap();
    assert_eq!(book(&server, &path, &times[0]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(count(&server, "appointments").await, 1);
}
