//! The mails about a booking that was moved or called off.

use rstest::rstest;
use sea_orm::Set;
use timetap_testing::Engine;
use timetap_usecases::bookings::{cancel_appointment, reschedule_appointment};

use super::support::{ADA, AS_ADA, BEN, Stage, TUESDAY_AT_3, TUESDAY_AT_4, ben, html, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_host_moves_it(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    stage.forget_mails();
    let message = "My train is late.\nSorry <3";
    reschedule_appointment(stage.app(), booked.appointment_id, &AS_ADA, TUESDAY_AT_4, message, "")
        .await
        .unwrap();
    stage.work().await;

    let mail = stage.mail_to(BEN);
    assert_eq!(
        mail.content.subject,
        "New time: Piano lesson with Ada Fern, Tue 24 Nov, 10:00"
    );
    for words in [text(&mail), html(&mail)] {
        assert!(words.contains("Ada Fern has moved your booking."), "{words}");
        assert!(words.contains("Tuesday 24 November 2026, 10:00–11:00 (America/New_York, GMT-5)"));
        assert!(
            words.contains("Tuesday 24 November 2026, 09:00–10:00 (America/New_York, GMT-5)"),
            "the time before"
        );
        assert!(words.contains(&booked.capability));
    }
    assert!(text(&mail).contains("> My train is late.\n> Sorry <3\n"));
    assert!(html(&mail).contains("My train is late.<br>Sorry &lt;3"));

    let mail = stage.mail_to(ADA);
    assert_eq!(
        mail.content.subject,
        "New time: Piano lesson with Ben Okafor, Tue 24 Nov, 16:00"
    );
    assert!(
        text(&mail).starts_with("Moved. We have told Ben Okafor.\n"),
        "{}",
        text(&mail)
    );
    assert!(!text(&mail).contains("My train"), "she knows what she wrote");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_customer_moves_it(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    stage.forget_mails();
    reschedule_appointment(
        stage.app(),
        booked.appointment_id,
        &ben(&booked),
        TUESDAY_AT_4,
        "Dentist.",
        "",
    )
    .await
    .unwrap();
    stage.work().await;
    let mail = stage.mail_to(BEN);
    assert!(
        text(&mail).starts_with("Moved. See you on Tuesday.\n"),
        "{}",
        text(&mail)
    );
    assert!(!text(&mail).contains("Dentist."));
    let mail = stage.mail_to(ADA);
    assert!(
        text(&mail).starts_with("Ben Okafor has moved the booking to a new time.\n\n> Dentist.\n"),
        "{}",
        text(&mail)
    );
    assert!(text(&mail).contains("Before: Tuesday 24 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_two_moves_in_a_row_only_the_last_is_told(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    stage.forget_mails();
    for start in [TUESDAY_AT_4, "2026-11-25T09:00:00+01:00"] {
        reschedule_appointment(stage.app(), booked.appointment_id, &AS_ADA, start, "", "")
            .await
            .unwrap();
    }
    stage.work().await;
    assert_eq!(
        stage.subjects_to(BEN),
        ["New time: Piano lesson with Ada Fern, Wed 25 Nov, 03:00"]
    );
    assert_eq!(
        stage.subjects_to(ADA),
        ["New time: Piano lesson with Ben Okafor, Wed 25 Nov, 09:00"]
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn it_is_called_off(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    stage.forget_mails();
    cancel_appointment(stage.app(), booked.appointment_id, &AS_ADA, "I am ill.")
        .await
        .unwrap();
    stage.work().await;
    let mail = stage.mail_to(BEN);
    assert_eq!(
        mail.content.subject,
        "Cancelled: Piano lesson with Ada Fern, Tue 24 Nov, 09:00"
    );
    for words in [text(&mail), html(&mail)] {
        assert!(
            words.contains("Ada Fern had to cancel your booking.") && words.contains("I am ill."),
            "{words}"
        );
        assert!(
            words.contains("http://timetap.test/ada/lesson"),
            "the way to another time"
        );
    }
    let mail = stage.mail_to(ADA);
    assert!(text(&mail).starts_with("Cancelled. We have told Ben Okafor, and the time is free again.\n"));
    assert!(!text(&mail).contains("I am ill."));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn nobody_is_sent_to_a_service_that_is_not_offered(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    stage.forget_mails();
    stage.change_service(|service| service.active = Set(false)).await;
    cancel_appointment(stage.app(), booked.appointment_id, &ben(&booked), "")
        .await
        .unwrap();
    stage.work().await;
    let mail = stage.mail_to(BEN);
    assert!(
        text(&mail).starts_with("Cancelled, as you wished. We have told Ada Fern.\n"),
        "{}",
        text(&mail)
    );
    assert!(!text(&mail).contains("another time"));
}
