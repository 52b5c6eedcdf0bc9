//! What happens when the mail server does not take a mail, or nobody knows whether it did.

use rstest::rstest;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use timetap_sandbox::FaultKind;
use timetap_testing::Engine;
use timetap_usecases::bookings::{Actor, booking_status, reschedule_appointment, view_hosted_booking};
use timetap_usecases::hosts::load_home;
use timetap_usecases::jobs::JobOutcome;
use timetap_usecases::mail::send_message;

use super::support::{ADA, AS_ADA, BEN, HOST, Stage, TUESDAY_AT_3, TUESDAY_AT_4, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_refused_mail_is_given_up_and_the_host_reads_why(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    let ben = Actor::Customer {
        capability: Some(&booked.capability),
        user_id: None,
    };
    let status = || async {
        let status = booking_status(stage.app(), booked.appointment_id, &ben).await;
        let status = status.unwrap().unwrap();
        (status.mail_problem, status.settled)
    };
    assert_eq!(
        status().await,
        (None, false),
        "the page waits for what becomes of the mail"
    );
    stage.break_mail(FaultKind::Smtp550, Some(BEN), None);
    stage.work_after(12).await;
    stage.work_for_an_hour().await;
    assert!(stage.mails_to(BEN).is_empty());
    assert_eq!(stage.mails_to(ADA).len(), 1, "the host's mail is a mail of its own");
    let row = stage.message("booked", "customer").await;
    assert_eq!((row.state.as_str(), row.attempts), ("failed", 1));
    assert_eq!(row.last_error_code.as_deref(), Some("mail_rejected"));
    let words = "The mail server refused this mail (550). Please check the recipient's address.";
    assert_eq!(row.last_error.as_deref(), Some(words));
    assert_eq!(stage.job_of(&row).await.state, "dead");
    let told = stage.timeline().await;
    let expected = format!("The confirmation for the customer could not be mailed. {words}");
    assert!(told.contains(&expected), "{told:?}");
    assert_eq!(
        stage.appointment(booked.appointment_id).await.status,
        "scheduled",
        "the booking stands"
    );

    // Both read it where they look, with what they can do.
    let (problem, settled) = status().await;
    let problem = problem.expect("the customer is told on the page");
    assert!(
        problem.contains(BEN) && problem.contains("keep the address of this page"),
        "{problem}"
    );
    assert!(settled, "nothing more is on its way");
    let hosted = || async {
        let hosted = view_hosted_booking(stage.app(), booked.appointment_id, HOST).await;
        let home = load_home(stage.app(), HOST).await.unwrap().unwrap();
        let names: Vec<_> = home.unreached.into_iter().map(|each| each.appointment_id).collect();
        (hosted.unwrap().unwrap().mail_given_up, names)
    };
    assert_eq!(hosted().await, (Some(words.to_owned()), vec![booked.appointment_id]));

    // A person mends it and tries again.
    stage.sandbox().clear_faults();
    assert_eq!(send_message(stage.app(), row.id).await.unwrap(), JobOutcome::Done);
    assert_eq!(stage.mails_to(BEN).len(), 1);
    assert_eq!(stage.message("booked", "customer").await.state, "sent");
    assert_eq!(status().await.0, None);
    assert_eq!(hosted().await, (None, vec![]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_deferred_mail_is_delivered_once(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.book(TUESDAY_AT_3).await;
    stage.break_mail(FaultKind::Smtp451ThenOk, Some(BEN), Some(1));
    stage.work_after(12).await;
    let row = stage.message("booked", "customer").await;
    assert_eq!(
        (row.state.as_str(), row.last_error_code.as_deref()),
        ("queued", Some("mail_deferred"))
    );
    stage.work_for_an_hour().await;
    assert_eq!((stage.mails_to(BEN).len(), stage.mails_to(ADA).len()), (1, 1));
    let row = stage.message("booked", "customer").await;
    assert_eq!(
        (row.state.as_str(), row.attempts, row.last_error_code),
        ("sent", 2, None)
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn while_the_server_is_down_mails_wait(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.break_mail(FaultKind::SmtpDown, None, None);
    stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    stage.work_after(60).await;
    let row = stage.message("booked", "customer").await;
    assert!(row.attempts >= 2, "it is tried again: {}", row.attempts);
    assert_eq!(
        row.last_error.as_deref(),
        Some("The mail server cannot be reached right now. We keep trying.")
    );
    stage.sandbox().clear_faults();
    stage.work_for_an_hour().await;
    assert_eq!((stage.mails_to(BEN).len(), stage.mails_to(ADA).len()), (1, 1));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_mail_whose_receipt_was_lost_goes_out_again_as_it_was(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.sandbox().unplug();
    stage.book(TUESDAY_AT_3).await;
    stage.break_mail(FaultKind::SmtpCloseAfterData, Some(BEN), Some(1));
    stage.work_after(12).await;
    assert_eq!(
        stage.message("booked", "customer").await.state,
        "sending",
        "nobody knows"
    );
    stage.sandbox().plug();
    stage.work_for_an_hour().await;
    let mails = stage.mails_to(BEN);
    let confirmations: Vec<_> = mails
        .iter()
        .filter(|mail| mail.content.subject.starts_with("Booked"))
        .collect();
    assert_eq!(confirmations.len(), 2);
    assert_eq!(
        confirmations[0].content.message_id, confirmations[1].content.message_id,
        "mailboxes can drop one"
    );
    // The link has come meanwhile. It is told in a mail of its own, which no mailbox takes for the same.
    assert_eq!(text(confirmations[0]), text(confirmations[1]));
    let follow_ups = mails
        .iter()
        .filter(|mail| mail.content.subject.starts_with("Your Meet link"))
        .count();
    assert_eq!((follow_ups, mails.len()), (1, 3));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_news_of_another_time_go_out_again_as_they_were(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.sandbox().unplug();
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    reschedule_appointment(stage.app(), booked.appointment_id, &AS_ADA, TUESDAY_AT_4, "", "")
        .await
        .unwrap();
    stage.break_mail(FaultKind::SmtpCloseAfterData, Some(BEN), Some(1));
    stage.work_after(1).await;
    assert_eq!(stage.message("rescheduled", "customer").await.state, "sending");
    stage.sandbox().plug();
    stage.work_for_an_hour().await;
    let id = stage.message("rescheduled", "customer").await.message_id;
    let mails = stage.mails_to(BEN);
    let copies: Vec<_> = mails
        .iter()
        .filter(|mail| mail.content.message_id.as_deref() == Some(id.trim_matches(['<', '>'])))
        .collect();
    assert_eq!(copies.len(), 2);
    assert_eq!(text(copies[0]), text(copies[1]), "the link came in between");
    let follow_ups = mails
        .iter()
        .filter(|mail| mail.content.subject.starts_with("Your Meet link"));
    assert_eq!(follow_ups.count(), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_stop_after_the_delivery_costs_no_mail_and_changes_none(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    let row = stage.message("booked", "customer").await;
    assert_eq!(send_message(stage.app(), row.id).await.unwrap(), JobOutcome::Done);
    assert_eq!(stage.mails_to(BEN).len(), 1, "what is sent is sent");
    // As if the program had stopped between the server's word and its own note.
    let payload = stage.message("booked", "host").await;
    assert!(payload.payload_sealed.is_none());
    let unmarked = row.clone().into_active_model();
    let sealed = stage.app().keys.seal(
        &r#"{"sequence":0,"event":{"event":"booked"}}"#.to_owned().into(),
        "messages.payload_sealed",
        row.id,
        &stage.app().entropy,
    );
    let mut unmarked = unmarked;
    unmarked.state = Set("sending".to_owned());
    unmarked.payload_sealed = Set(Some(sealed.unwrap()));
    unmarked.update(stage.app().db.writer()).await.unwrap();
    assert_eq!(send_message(stage.app(), row.id).await.unwrap(), JobOutcome::Done);
    let mails = stage.mails_to(BEN);
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].content.message_id, mails[1].content.message_id);
    assert_eq!(text(&mails[0]), text(&mails[1]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_mail_that_is_gone_is_done(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let outcome = send_message(stage.app(), HOST).await.unwrap();
    assert_eq!(outcome, JobOutcome::Done);
}
