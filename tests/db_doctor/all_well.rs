//! Where all is well, and where there is nothing at all.

use std::time::Duration;

use rstest::rstest;
use timetap_sandbox::{LedgerQuery, MailFilter};
use timetap_testing::Engine;

use crate::SECRETS;
use crate::support::doctor_scene::{DoctorScene, run};

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
