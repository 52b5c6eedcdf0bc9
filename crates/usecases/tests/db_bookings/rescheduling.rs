//! Moving a booking: it stays the same one.

use futures::future::join_all;
use rstest::rstest;
use sea_orm::{EntityTrait, Set};
use timetap_store::entities::{calendar_write, claim, message, timeline};
use timetap_testing::Engine;
use timetap_usecases::bookings::{
    Actor, RescheduleError, Rescheduled, cancel_appointment, find_booking, reschedule_appointment,
};

use super::support::{ANNA, OTHER, Stage, TUESDAY_AT_3, TUESDAY_AT_4, at, ben};

const HALF_PAST: &str = "2026-11-24T15:30:00+01:00";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn it_moves_with_its_identity_also_over_its_own_old_time(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    // The event of the old time comes back as busy time of the connected calendar.
    let connection = stage.connect_calendar("active").await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    stage
        .add_busy(connection, "2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z")
        .await;
    let id = booked.appointment_id;
    reschedule_appointment(stage.app(), id, &ben(&booked), HALF_PAST, "The bus is late.", "")
        .await
        .unwrap();
    let row = stage.appointment(id).await;
    assert_eq!((row.status.as_str(), row.sequence), ("scheduled", 1));
    assert_eq!(row.starts_at.timestamp(), at(HALF_PAST));
    assert_eq!(row.ends_at.timestamp(), at("2026-11-24T16:30:00+01:00"));
    let on = stage.app().db.reader();
    assert!(
        find_booking(on, id, &ben(&booked)).await.unwrap().is_some(),
        "the old link opens it"
    );
    let claims = claim::Entity::find().all(on).await.unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].starts_at.timestamp(), at(HALF_PAST));
    let writes = calendar_write::Entity::find().all(on).await.unwrap();
    assert_eq!(writes.len(), 1);
    assert_eq!((writes[0].desired_present, writes[0].desired_version), (true, 2));
    let mut mails = message::Entity::find().all(on).await.unwrap();
    mails.retain(|mail| mail.kind == "rescheduled");
    assert_eq!(mails.len(), 2);
    let told = timeline::Entity::find().all(on).await.unwrap();
    assert_eq!(
        told[1].text,
        "Moved by the customer from Tuesday 24 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1) to \
         Tuesday 24 November 2026, 15:30–16:30 (Europe/Madrid, GMT+1)."
    );
    // The half hour that it gave back is free, as soon as the calendar says so too.
    stage.execute("DELETE FROM busy_intervals").await;
    stage.book("2026-11-24T14:30:00+01:00").await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_refused_move_changes_nothing(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    stage.book("2026-11-25T10:00:00+01:00").await.unwrap();
    let before = (stage.appointment(booked.appointment_id).await, stage.counts().await);
    let app = stage.app();
    let id = booked.appointment_id;

    let taken = reschedule_appointment(app, id, &ben(&booked), "2026-11-25T10:30:00+01:00", "", "").await;
    let Err(RescheduleError::SlotGone { message, nearest }) = taken else {
        panic!("{taken:?}");
    };
    assert_eq!(message, "This time is no longer free. Please choose another.");
    assert_eq!(nearest.len(), 4);
    // The host is told the reason.
    let taken = reschedule_appointment(app, id, &ANNA, "2026-11-25T10:30:00+01:00", "", "").await;
    assert_eq!(taken.unwrap_err().to_string(), "You have a booking at this time.");
    let past = reschedule_appointment(app, id, &ANNA, "2026-11-19T10:30:00+01:00", "", "").await;
    assert_eq!(past.unwrap_err().to_string(), "This time has passed.");

    let nonsense = reschedule_appointment(app, id, &ben(&booked), "later", "", "").await;
    let Err(RescheduleError::Invalid(errors)) = nonsense else {
        panic!("{nonsense:?}");
    };
    assert_eq!(errors.get("start"), Some("Please choose a time."));
    let long = reschedule_appointment(app, id, &ben(&booked), HALF_PAST, &"x".repeat(1001), "").await;
    assert!(matches!(long, Err(RescheduleError::Invalid(_))), "{long:?}");

    for stranger in [
        Actor::Host { user_id: OTHER },
        Actor::Customer {
            capability: Some("x"),
            user_id: None,
        },
    ] {
        let result = reschedule_appointment(app, id, &stranger, HALF_PAST, "", "").await;
        assert!(matches!(result, Err(RescheduleError::NotFound)), "{result:?}");
    }
    // To where it stands already: nothing to do, nobody is told.
    let stands = reschedule_appointment(app, id, &ben(&booked), TUESDAY_AT_3, "", "").await;
    assert_eq!(stands.unwrap(), Rescheduled::Unchanged);
    assert_eq!((stage.appointment(id).await, stage.counts().await), before);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn notice_and_cutoff_bind_the_customer_and_not_the_host(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book("2026-11-20T14:00:00+01:00").await.unwrap();
    let id = booked.appointment_id;
    let soon = "2026-11-20T11:30:00+01:00";
    let refused = reschedule_appointment(stage.app(), id, &ben(&booked), soon, "", "").await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "This time is too soon to be booked. Please choose a later one."
    );
    stage.advance(61);
    let late = reschedule_appointment(stage.app(), id, &ben(&booked), TUESDAY_AT_3, "", "").await;
    let Err(RescheduleError::TooLate(message)) = late else {
        panic!("{late:?}");
    };
    assert!(message.contains("until 2 h before it begins"), "{message}");
    reschedule_appointment(stage.app(), id, &ANNA, "2026-11-20T12:30:00+01:00", "Earlier?", "")
        .await
        .unwrap();
    // The host's own rules may forbid changes altogether, and none at all may be set.
    stage.change_host(|host| host.change_cutoff_minutes = Set(0)).await;
    reschedule_appointment(stage.app(), id, &ben(&booked), TUESDAY_AT_4, "", "")
        .await
        .unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn cancelled_and_past_bookings_stay_where_they_are(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let cancelled = stage.book(TUESDAY_AT_3).await.unwrap();
    let past = stage.book(TUESDAY_AT_4).await.unwrap();
    cancel_appointment(stage.app(), cancelled.appointment_id, &ANNA, "")
        .await
        .unwrap();
    let result = reschedule_appointment(
        stage.app(),
        cancelled.appointment_id,
        &ben(&cancelled),
        HALF_PAST,
        "",
        "",
    )
    .await;
    assert_eq!(
        result.unwrap_err().to_string(),
        "This booking was cancelled. Please book a new time instead."
    );
    stage.advance(7 * 24 * 60);
    let result = reschedule_appointment(
        stage.app(),
        past.appointment_id,
        &ANNA,
        "2026-12-01T10:00:00+01:00",
        "",
        "",
    )
    .await;
    assert_eq!(
        result.unwrap_err().to_string(),
        "This booking is over, so it can no longer be moved. Please book a new time instead."
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_moved_to_one_time_at_once_one_gets_it(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let mut booked = Vec::new();
    for hour in 9..15 {
        booked.push(stage.book(&format!("2026-11-25T{hour:02}:00:00+01:00")).await.unwrap());
    }
    let moves =
        booked.iter().map(|booking| {
            let stage = &stage;
            async move {
                reschedule_appointment(stage.app(), booking.appointment_id, &ben(booking), TUESDAY_AT_3, "", "").await
            }
        });
    let results = join_all(moves).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(stage.counts().await.1, 6);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_customer_cannot_keep_the_host_busy_with_moves(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    let id = booked.appointment_id;
    for number in 0..20 {
        let to = if number % 2 == 0 { TUESDAY_AT_4 } else { TUESDAY_AT_3 };
        reschedule_appointment(stage.app(), id, &ben(&booked), to, "", "")
            .await
            .unwrap();
    }
    let refused = reschedule_appointment(stage.app(), id, &ben(&booked), TUESDAY_AT_4, "", "").await;
    assert!(matches!(refused, Err(RescheduleError::TooMany(_))), "{refused:?}");
    assert_eq!(stage.appointment(id).await.sequence, 20);
    // The host is not held back by it.
    reschedule_appointment(stage.app(), id, &ANNA, TUESDAY_AT_4, "", "")
        .await
        .unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_customer_reads_the_new_time_in_the_zone_it_was_chosen_in(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    let id = booked.appointment_id;
    let zone = async || stage.appointment(id).await.customer_time_zone;
    assert_eq!(zone().await, "America/New_York");
    let moved = reschedule_appointment(stage.app(), id, &ben(&booked), TUESDAY_AT_4, "", "Asia/Kolkata").await;
    assert_eq!(moved.unwrap(), Rescheduled::Moved);
    assert_eq!(zone().await, "Asia/Kolkata");
    // The host chooses in another zone, which is none of the customer's; neither is one that does not exist.
    reschedule_appointment(stage.app(), id, &ANNA, TUESDAY_AT_3, "", "Europe/Madrid")
        .await
        .unwrap();
    assert_eq!(zone().await, "Asia/Kolkata");
    let nowhere = reschedule_appointment(stage.app(), id, &ben(&booked), TUESDAY_AT_4, "", "Mars/Base").await;
    let Err(RescheduleError::Invalid(errors)) = nowhere else {
        panic!("{nowhere:?}");
    };
    assert!(errors.get("time_zone").is_some());
    assert_eq!(
        stage.appointment(id).await.starts_at.timestamp(),
        at(TUESDAY_AT_3),
        "a refused form moves nothing"
    );
}
