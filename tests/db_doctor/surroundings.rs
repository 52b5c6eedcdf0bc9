//! What is sound by itself and does not fit its surroundings: who else answers, who else can read, what is left over.

use std::os::unix::fs::PermissionsExt;

use rstest::rstest;
use sea_orm::ConnectionTrait;
use timetap_testing::Engine;

use crate::support::doctor_scene::DoctorScene;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn says_who_else_answers_at_the_public_address(#[case] engine: Engine) {
    let scene = DoctorScene::start(engine).await;
    // Something else stands there, and we serve nowhere; then we serve beside it.
    let stranger = scene.program.sandbox.base_url();
    let found = scene.examine(&[("TIMETAP_PUBLIC_URL", &stranger)]).await;
    let (said, how) = found.about("address", "answers");
    assert!(said == "error" && how.contains("Start it"), "{:#}", found.report);
    let _serving = scene.serve().await;
    let found = scene.examine(&[("TIMETAP_PUBLIC_URL", &stranger)]).await;
    let (said, how) = found.about("address", "answers");
    assert!(
        said == "error" && how.contains("Let the proxy pass"),
        "{:#}",
        found.report
    );
    // Another TimeTap: one whose keys are others.
    let others = format!("test:{}", "08".repeat(32));
    let found = scene.examine(&[("TIMETAP_KEYS", &others)]).await;
    let (said, how) = found.about("address", "answers");
    assert!(said == "error" && how.contains("the same keys"), "{:#}", found.report);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn says_what_should_not_stay_so(#[case] engine: Engine) {
    let scene = DoctorScene::start(engine).await;
    let (used, unused) = ("07".repeat(32), "08".repeat(32));
    let keys = format!("test:{used},old:{unused}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("timetap.toml");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    for (name, value, group, check, status, words) in [
        ("TIMETAP_KEYS", keys.as_str(), "keys", "unused_keys", "ok", ""),
        (
            "TIMETAP_CONFIG",
            file.to_str().unwrap(),
            "configuration",
            "settings_file",
            "warning",
            "chmod o-rwx",
        ),
        (
            "TIMETAP_MAIL_FROM",
            "nobody",
            "mail",
            "mail_from",
            "warning",
            "Set mail_from",
        ),
        (
            "TIMETAP_PUBLIC_URL",
            "https://timetap.invalid",
            "configuration",
            "trusted_proxies",
            "warning",
            "Set trusted_proxies",
        ),
        (
            "TIMETAP_SMTP_HOST",
            "mail.invalid",
            "configuration",
            "smtp_encryption",
            "warning",
            "starttls",
        ),
    ] {
        let sound = scene.examine(&[]).await;
        assert!(sound.find(group, check).is_none(), "{check}: {:#}", sound.report);
        let found = scene.examine(&[(name, value)]).await;
        let (said, how) = found.about(group, check);
        assert_eq!(said, status, "{name}={value}: {:#}", found.report);
        assert!(how.contains(words), "{name}={value}: {how:?}");
    }
    let on = scene.program.app.db.writer();
    let degraded = "UPDATE calendar_connections SET status = 'degraded'";
    on.execute_unprepared(degraded).await.unwrap();
    let found = scene.examine(&[]).await;
    assert_eq!(found.about("google", "degraded").0, "warning", "{:#}", found.report);
}

#[tokio::test]
async fn says_that_rows_of_a_file_point_nowhere() {
    let scene = DoctorScene::start(Engine::Sqlite).await;
    let on = scene.program.app.db.writer();
    // As another program leaves it, which does not ask SQLite to look.
    for statement in [
        "PRAGMA foreign_keys = OFF",
        "DELETE FROM calendar_connections",
        "PRAGMA foreign_keys = ON",
    ] {
        on.execute_unprepared(statement).await.unwrap();
    }
    let found = scene.examine(&[]).await;
    let (said, how) = found.about("database", "references");
    assert_eq!((said, found.code), ("error", 1), "{:#}", found.report);
    assert!(how.contains("Restore the last backup"), "{how}");
}
