//! Every wrong setting and key is named; looking changes nothing.

use rstest::rstest;
use timetap_testing::Engine;
use timetap_usecases::backup::write_backup;

use crate::SECRETS;
use crate::support::doctor_scene::DoctorScene;

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
