//! Calling a booking off.

use rstest::rstest;
use sea_orm::EntityTrait;
use timetap_store::UnixMillis;
use timetap_store::entities::{calendar_write, message, timeline};
use timetap_testing::Engine;
use timetap_usecases::bookings::{Actor, CancelError, cancel_appointment};

use super::support::{ANNA, OTHER, Stage, TUESDAY_AT_3, TUESDAY_AT_4, ben, new_id};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn cancelling_frees_the_time_and_tells_everybody_once(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    let id = booked.appointment_id;
    cancel_appointment(stage.app(), id, &ben(&booked), " I am ill. ")
        .await
        .unwrap();
    // A second time, also by the other side, changes nothing.
    cancel_appointment(stage.app(), id, &ben(&booked), "again")
        .await
        .unwrap();
    cancel_appointment(stage.app(), id, &ANNA, "").await.unwrap();

    let row = stage.appointment(id).await;
    assert_eq!((row.status.as_str(), row.sequence), ("cancelled", 1));
    assert_eq!(row.cancelled_by.as_deref(), Some("customer"));
    assert_eq!(row.cancel_message.as_deref(), Some("I am ill."));
    assert_eq!(row.cancelled_at.map(UnixMillis::timestamp), Some(stage.now()));
    let on = stage.app().db.reader();
    let write = calendar_write::Entity::find().one(on).await.unwrap().unwrap();
    assert!(!write.desired_present);
    assert_eq!(write.desired_version, 2);
    let mut mails: Vec<_> = message::Entity::find().all(on).await.unwrap();
    mails.retain(|mail| mail.kind == "cancelled");
    assert_eq!(mails.len(), 2);
    let told: Vec<_> = timeline::Entity::find().all(on).await.unwrap();
    assert_eq!(told.len(), 2);
    assert!(
        told[1]
            .text
            .starts_with("Cancelled by the customer; it was to be on Tuesday 24 November 2026, 15:00")
    );
    // The time is free again, and the old booking does not come back.
    stage.book(TUESDAY_AT_3).await.unwrap();
    assert_eq!(stage.counts().await.1, 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn only_its_people_can_cancel_it(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    let other = stage.book(TUESDAY_AT_4).await.unwrap();
    let id = booked.appointment_id;
    let foreign_account = Actor::Customer {
        capability: None,
        user_id: Some(OTHER),
    };
    for actor in [ben(&other), Actor::Host { user_id: OTHER }, foreign_account] {
        let result = cancel_appointment(stage.app(), id, &actor, "").await;
        assert!(matches!(result, Err(CancelError::NotFound)), "{actor:?}: {result:?}");
    }
    let nowhere = cancel_appointment(stage.app(), new_id(), &ANNA, "").await;
    assert!(matches!(nowhere, Err(CancelError::NotFound)));
    assert_eq!(stage.appointment(id).await.status, "scheduled");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn after_the_cutoff_only_the_host_can(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let first = stage.book(TUESDAY_AT_3).await.unwrap();
    let second = stage.book(TUESDAY_AT_4).await.unwrap();
    // Two hours before the first: still in time, to the minute.
    let until = 4 * 24 * 60 + 4 * 60 - 120;
    stage.advance(until);
    cancel_appointment(stage.app(), first.appointment_id, &ben(&first), "")
        .await
        .unwrap();
    stage.advance(61);
    let late = cancel_appointment(stage.app(), second.appointment_id, &ben(&second), "").await;
    let Err(CancelError::TooLate(message)) = late else {
        panic!("{late:?}");
    };
    assert_eq!(
        message,
        "This booking could be changed here until 2 h before it begins. Please tell Anna Lind directly."
    );
    assert_eq!(stage.appointment(second.appointment_id).await.status, "scheduled");
    cancel_appointment(stage.app(), second.appointment_id, &ANNA, "Sorry!")
        .await
        .unwrap();
    let row = stage.appointment(second.appointment_id).await;
    assert_eq!(row.cancelled_by.as_deref(), Some("host"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_over_stays_and_messages_are_checked(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    for message in ["x".repeat(1001), "a\u{202e}b".to_owned()] {
        let result = cancel_appointment(stage.app(), booked.appointment_id, &ANNA, &message).await;
        let Err(CancelError::Invalid(errors)) = result else {
            panic!("{result:?}");
        };
        assert!(errors.get("message").is_some());
    }
    stage.advance(7 * 24 * 60);
    let over = cancel_appointment(stage.app(), booked.appointment_id, &ANNA, "").await;
    assert_eq!(
        over.unwrap_err().to_string(),
        "This booking is over, so there is nothing left to cancel."
    );
}
