//! The Meet link: in the confirmation where it comes in time, in exactly one follow-up where it comes later.

use rstest::rstest;
use sea_orm::ConnectionTrait;
use timetap_sandbox::FaultKind;
use timetap_testing::Engine;
use timetap_usecases::jobs::run_due_jobs;

use super::support::{ADA, BEN, Stage, TUESDAY_AT_3, TUESDAY_AT_4, entry, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_link_that_comes_in_time_hurries_the_confirmation(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    let row = stage.message("booked", "customer").await;
    let due = stage.job_of(&row).await.run_at.timestamp();
    assert_eq!(
        due.duration_since(stage.app().clock.now()).as_secs(),
        12,
        "it waits for the link"
    );
    // No time passes: the work on the calendar brings the link, and the link brings the mails forward.
    stage.work().await;
    let link = stage.appointment(booked.appointment_id).await.meet_link.unwrap();
    for address in [BEN, ADA] {
        assert!(text(&stage.mail_to(address)).contains(&link));
    }
    stage.work_for_an_hour().await;
    assert_eq!(
        (stage.mails_to(BEN).len(), stage.mails_to(ADA).len()),
        (1, 1),
        "there is nothing to follow up"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn while_google_is_silent_the_confirmation_goes_out_and_one_follow_up_brings_the_link(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.sandbox().unplug();
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    let mail = stage.mail_to(BEN);
    assert!(
        text(&mail).contains("The Meet link will be sent by email, to ben@example.com."),
        "{}",
        text(&mail)
    );
    assert!(text(&stage.mail_to(ADA)).contains("The link will follow as soon as Google has made it."));
    assert_eq!(stage.message("booked", "customer").await.carried_link, Some(false));

    stage.sandbox().plug();
    stage.forget_mails();
    stage.work_for_an_hour().await;
    let link = stage.appointment(booked.appointment_id).await.meet_link.unwrap();
    let mail = stage.mail_to(BEN);
    assert_eq!(
        mail.content.subject,
        "Your Meet link: Piano lesson with Ada Fern, Tue 24 Nov, 09:00"
    );
    assert!(
        text(&mail).starts_with(&format!("Here is your Meet link:\n{link}\n")),
        "{}",
        text(&mail)
    );
    assert!(mail.content.links.contains(&link));
    assert_eq!(entry(&mail).unwrap().get("LOCATION"), link);
    let mail = stage.mail_to(ADA);
    assert_eq!(
        mail.content.subject,
        "Meet link: Piano lesson with Ben Okafor, Tue 24 Nov, 15:00"
    );
    assert!(text(&mail).contains(&link) && !text(&mail).contains(&booked.capability));
    stage.work_for_an_hour().await;
    assert_eq!((stage.mails_to(BEN).len(), stage.mails_to(ADA).len()), (1, 1));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn only_who_was_told_without_the_link_gets_the_follow_up(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.sandbox().unplug();
    stage.book(TUESDAY_AT_3).await;
    // Ada's mail server asks to come back later, so that her confirmation is still on its way when the link comes.
    stage.break_mail(FaultKind::Smtp451ThenOk, Some(ADA), Some(1));
    stage.work_after(12).await;
    assert_eq!((stage.mails_to(BEN).len(), stage.mails_to(ADA).len()), (1, 0));
    let row = stage.message("booked", "host").await;
    assert_eq!(
        (row.state.as_str(), row.carried_link),
        ("queued", None),
        "it was not taken, so nothing is decided"
    );

    stage.sandbox().plug();
    stage.work_for_an_hour().await;
    assert_eq!(stage.mails_to(BEN).len(), 2);
    // Ada's comes either after the link, and carries it, or before, and is followed up: never both, never neither.
    let told: Vec<String> = stage.mails_to(ADA).iter().map(text).collect();
    let with_link = told.iter().filter(|text| text.contains("/meet/")).count();
    assert_eq!(with_link, 1, "{told:?}");
    let follow_up = stage.message("meet_link", "host").await;
    let confirmed_with_link = stage.message("booked", "host").await.carried_link == Some(true);
    assert_eq!(follow_up.state, if confirmed_with_link { "skipped" } else { "sent" });
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_link_and_confirmation_race_the_link_is_told_once(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let starts = ["09", "10", "11", "12", "13", "14", "15", "16"];
    for start in starts {
        stage.book(&format!("2026-11-24T{start}:00:00+01:00")).await;
    }
    // The grace is over: the work on the calendar and the confirmations are due at the same moment.
    assert!(stage.app().clock.advance(jiff::SignedDuration::from_secs(12)));
    let workers = (0..4).map(|_| run_due_jobs(stage.app()));
    for worked in futures::future::join_all(workers).await {
        worked.unwrap();
    }
    stage.work_for_an_hour().await;
    for address in [BEN, ADA] {
        let mails = stage.mails_to(address);
        let confirmations = mails
            .iter()
            .filter(|mail| mail.content.subject.contains("ooked: ") || mail.content.subject.starts_with("New booking"))
            .count();
        let with_link = mails.iter().filter(|mail| text(mail).contains("/meet/")).count();
        assert_eq!((confirmations, with_link), (starts.len(), starts.len()), "{address}");
    }
}

#[rstest]
#[tokio::test]
async fn who_is_connected_is_not_told_to_connect(
    #[values("auto_sync", "sync_enabled")] switch: &str,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let stage = Stage::connected(engine).await;
    let sql = format!("UPDATE calendar_connections SET {switch} = FALSE");
    stage.app().db.writer().execute_unprepared(&sql).await.unwrap();
    stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    assert!(stage.sandbox().events(ADA).unwrap().is_empty());
    let told = text(&stage.mail_to(ADA));
    assert!(
        told.contains("Add the booking to Google Calendar on its page, and one is made and mailed by itself."),
        "{told}"
    );
    assert!(!told.contains("Connect"), "{told}");

    stage.set_place("phone", "+34 600 100 200").await;
    stage.forget_mails();
    stage.book(TUESDAY_AT_4).await;
    stage.work_after(12).await;
    let told = text(&stage.mail_to(ADA));
    assert!(told.contains("By phone") && !told.contains("Connect"), "{told}");
}
