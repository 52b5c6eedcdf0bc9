//! An operator's own words.

use std::sync::Arc;

use rstest::rstest;
use timetap_testing::Engine;

use super::support::{ADA, BEN, Stage, TUESDAY_AT_3, html, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_folder_replaces_templates_by_name_and_a_broken_one_costs_no_mail(#[case] engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let own = "{% extends \"layout.txt\" %}{% block subject %}Reservado: {{ service }}{% endblock %}\
               {% block body %}Hola {{ customer.name }}: {{ when.full }}, {{ booking_url }}{% endblock %}";
    std::fs::write(folder.path().join("booked.customer.txt"), own).unwrap();
    std::fs::write(folder.path().join("booked.host.txt"), "{{ no_such_thing }}").unwrap();
    std::fs::write(folder.path().join("booked.host.html"), [0xff, 0xfe]).unwrap();
    let mut stage = Stage::start(engine).await;
    Arc::get_mut(&mut stage.program.app).unwrap().settings.templates_dir = Some(folder.path().to_owned());
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;

    let mail = stage.mail_to(BEN);
    assert_eq!(mail.content.subject, "Reservado: Piano lesson");
    let start = "Hola Ben Okafor: Tuesday 24 November 2026, 09:00–10:00 (America/New_York, GMT-5), ";
    assert!(
        text(&mail).starts_with(start) && text(&mail).contains(&booked.capability),
        "{}",
        text(&mail)
    );
    assert!(
        html(&mail).contains("Booked. See you on Tuesday."),
        "the other half is the built-in one"
    );
    let mail = stage.mail_to(ADA);
    assert_eq!(
        mail.content.subject,
        "New booking: Piano lesson with Ben Okafor, Tue 24 Nov, 15:00"
    );
    assert!(text(&mail).contains("Ben Okafor has booked Piano lesson with you."));
    assert!(html(&mail).contains("Ben Okafor has booked Piano lesson with you."));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_folder_that_is_gone_costs_no_mail(#[case] engine: Engine) {
    let mut stage = Stage::start(engine).await;
    Arc::get_mut(&mut stage.program.app).unwrap().settings.templates_dir = Some("/nowhere/at/all".into());
    stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    assert_eq!((stage.mails_to(BEN).len(), stage.mails_to(ADA).len()), (1, 1));
}
