//! The program as an operator and a browser meet it: starting, answering, refusing, stopping.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use rstest::rstest;
use timetap_testing::Engine;

use support::{Server, free_address, timetap};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn serves_pages_with_headers_and_stops_in_order(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let front = server.http.get(server.url("/")).send().await.unwrap();
    assert_eq!(front.status(), 200);
    let headers = front.headers().clone();
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("script-src 'nonce-") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["x-frame-options"], "DENY");
    let body = front.text().await.unwrap();
    assert!(body.contains("<h1"), "a page has a heading");

    let nowhere = server
        .http
        .get(server.url("/there/is/nothing/here"))
        .send()
        .await
        .unwrap();
    assert_eq!(nowhere.status(), 404);
    assert!(nowhere.text().await.unwrap().contains("There is nothing here"));

    let (in_order, log) = server.terminate();
    assert!(in_order, "{log}");
    assert!(log.contains("stopped"), "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn two_replicas_start_at_once_on_one_database(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let (mut second, address) = server.replica();
    let mut healthy = false;
    for _ in 0..200 {
        if let Ok(answer) = server.http.get(format!("http://{address}/readyz")).send().await {
            healthy = answer.status().is_success();
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    second.kill();
    assert!(healthy);
}

#[tokio::test]
async fn foreign_sites_cannot_post() {
    let server = Server::start(Engine::Sqlite).await;
    let answer = server
        .http
        .post(server.url("/sign-in"))
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.example")
        .form(&[("email", "a@b.example")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
}

#[test]
fn a_wrong_or_missing_setting_stops_the_start_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("x.db").display());
    for (change, value, name) in [
        ("TIMETAP_PUBLIC_URL", None, "public_url"),
        ("TIMETAP_KEYS", None, "keys"),
        ("TIMETAP_SMTP_HOST", None, "smtp_host"),
        ("TIMETAP_LISTEN", Some("everywhere"), "listen"),
        ("TIMETAP_SMTP_PORT", Some("many"), "smtp_port"),
        ("TIMETAP_NO_SUCH_THING", Some("1"), "no_such_thing"),
        ("DATABASE_URL", Some("mysql://x"), "database_url"),
    ] {
        let mut command = timetap(&url, free_address());
        match value {
            Some(value) => command.env(change, value),
            None => command.env_remove(change),
        };
        let output = command.current_dir(folder.path()).arg("serve").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{change}: {said}");
        assert!(said.contains(name), "{name} is not named in: {said}");
    }
}

#[test]
fn migrate_says_what_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/er/x.db");
    let output = timetap(&format!("sqlite:{}", file.display()), free_address())
        .arg("migrate")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("schema of this version"));
    assert!(file.exists());
}
