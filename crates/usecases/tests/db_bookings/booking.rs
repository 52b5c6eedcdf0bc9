//! What stands after a booking, and that it stands once.

use futures::future::join_all;
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use timetap_store::entities::{appointment, calendar_write, claim, job, message, timeline};
use timetap_testing::Engine;
use timetap_usecases::bookings::{
    BookSessionError, Booked, book_session, cancel_appointment, find_booking, open_capability, reschedule_appointment,
};
use uuid::Uuid;

use super::support::{ANNA, HOST, OTHER, Stage, TUESDAY_AT_3, TUESDAY_AT_4, at, ben, form, new_id};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_booking_stands_with_everything_it_owes(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage
        .change_host(|host| {
            host.buffer_before_minutes = Set(10);
            host.buffer_after_minutes = Set(5);
        })
        .await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    let id = booked.appointment_id;
    let on = stage.app().db.reader();

    let row = stage.appointment(id).await;
    assert_eq!(row.starts_at.timestamp(), at("2026-11-24T14:00:00Z"));
    assert_eq!(row.ends_at.timestamp(), at("2026-11-24T15:00:00Z"));
    assert_eq!((row.status.as_str(), row.sequence), ("scheduled", 0));
    assert_eq!(row.customer_email, "Ben@Example.com");
    assert_eq!(row.customer_time_zone, "America/New_York");
    assert_eq!(row.host_time_zone, "Europe/Madrid");
    assert_eq!(row.answers[0]["value"], "Beginner");
    assert_eq!(row.answers[0]["label"], "Your level");

    let claims = claim::Entity::find().all(on).await.unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].starts_at.timestamp(), at("2026-11-24T13:50:00Z"));
    assert_eq!(claims[0].ends_at.timestamp(), at("2026-11-24T15:05:00Z"));
    assert_eq!((claims[0].resource_id, claims[0].appointment_id), (HOST, Some(id)));

    let writes = calendar_write::Entity::find().all(on).await.unwrap();
    assert_eq!(writes.len(), 1);
    assert_eq!((writes[0].appointment_id, writes[0].user_id), (id, HOST));
    assert!(writes[0].desired_present);

    let mut mails: Vec<_> = message::Entity::find()
        .all(on)
        .await
        .unwrap()
        .into_iter()
        .map(|mail| (mail.audience, mail.kind, mail.recipient))
        .collect();
    mails.sort();
    let mail = |audience: &str, to: &str| (audience.to_owned(), "booked".to_owned(), to.to_owned());
    assert_eq!(
        mails,
        [mail("customer", "Ben@Example.com"), mail("host", "anna@timetap.test")]
    );

    let mut jobs: Vec<_> = job::Entity::find()
        .all(on)
        .await
        .unwrap()
        .into_iter()
        .map(|job| job.kind)
        .collect();
    jobs.sort();
    assert_eq!(jobs, ["send_message", "send_message", "write_calendar"]);

    let told = timeline::Entity::find().all(on).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].text,
        "Booked by Ben Okafor for Tuesday 24 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)."
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_token_opens_this_booking_only_and_is_nowhere_in_plain(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let first = stage.book(TUESDAY_AT_3).await.unwrap();
    let second = stage.book(TUESDAY_AT_4).await.unwrap();
    assert_eq!(first.capability.len(), 43);
    assert_ne!(first.capability, second.capability);
    let row = stage.appointment(first.appointment_id).await;
    assert!(!format!("{row:?}").contains(&first.capability));
    assert_eq!(open_capability(stage.app(), &row).unwrap(), first.capability);

    let on = stage.app().db.reader();
    let found = find_booking(on, first.appointment_id, &ben(&first)).await.unwrap();
    assert_eq!(found.unwrap().id, first.appointment_id);
    // A foreign token, a changed one, none at all; a foreign host; a signed-in stranger.
    let changed = format!("{}A", &first.capability[..42]);
    let strangers = [
        ben(&second),
        customer(Some(&changed), None),
        customer(Some(""), None),
        customer(Some(&row.capability_hash), None),
        customer(None, None),
        customer(None, Some(OTHER)),
        timetap_usecases::bookings::Actor::Host { user_id: OTHER },
    ];
    for stranger in &strangers {
        let found = find_booking(on, first.appointment_id, stranger).await.unwrap();
        assert!(found.is_none(), "{stranger:?}");
    }
    assert!(find_booking(on, first.appointment_id, &ANNA).await.unwrap().is_some());
    assert!(find_booking(on, new_id(), &ben(&first)).await.unwrap().is_none());
}

fn customer(capability: Option<&str>, user_id: Option<Uuid>) -> timetap_usecases::bookings::Actor<'_> {
    timetap_usecases::bookings::Actor::Customer { capability, user_id }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_who_want_one_time_one_gets_it(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let tries = (0..200).map(|number| {
        let stage = &stage;
        async move {
            let mut wish = form(TUESDAY_AT_3);
            wish.email = format!("customer-{number}@example.com");
            book_session(stage.app(), &wish, None, &format!("10.0.0.{number}")).await
        }
    });
    let results = join_all(tries).await;
    let booked = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(booked, 1);
    for refused in results.iter().filter_map(|result| result.as_ref().err()) {
        let BookSessionError::SlotGone { message, nearest } = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(message, "This time is no longer free. Please choose another.");
        assert!(!nearest.is_empty());
    }
    assert_eq!(stage.counts().await, (1, 1, 3, 2));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_form_sent_many_times_at_once_books_once(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let wish = form(TUESDAY_AT_3);
    let results = join_all((0..12).map(|_| book_session(stage.app(), &wish, None, "203.0.113.9"))).await;
    let first = results[0].as_ref().unwrap();
    for result in &results {
        assert_eq!(result.as_ref().unwrap(), first);
    }
    assert_eq!(stage.counts().await, (1, 1, 3, 2));
    // And much later, when the time itself has passed.
    stage.advance(60 * 24 * 30);
    let again = book_session(stage.app(), &wish, None, "203.0.113.9").await.unwrap();
    assert_eq!(&again, first);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_form_that_comes_back_with_another_wish_is_another_booking(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let mut wish = form(TUESDAY_AT_3);
    let first = book_session(stage.app(), &wish, None, "203.0.113.9").await.unwrap();
    wish.start = TUESDAY_AT_4.to_owned();
    let second = book_session(stage.app(), &wish, None, "203.0.113.9").await.unwrap();
    assert_ne!(first.appointment_id, second.appointment_id);
    // The key alone gives nobody somebody else's booking.
    wish.start = TUESDAY_AT_3.to_owned();
    wish.email = "mallory@example.com".to_owned();
    let stolen = book_session(stage.app(), &wish, None, "203.0.113.9").await;
    assert!(matches!(stolen, Err(BookSessionError::SlotGone { .. })), "{stolen:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_booking_that_breaks_off_leaves_nothing_behind(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    // The mails are the last thing that the transaction writes.
    stage.execute("ALTER TABLE messages RENAME TO messages_away").await;
    let broken = stage.book(TUESDAY_AT_3).await;
    assert!(matches!(broken, Err(BookSessionError::Unexpected(_))), "{broken:?}");
    stage.execute("ALTER TABLE messages_away RENAME TO messages").await;
    assert_eq!(stage.counts().await, (0, 0, 0, 0));
    let on = stage.app().db.reader();
    assert_eq!(calendar_write::Entity::find().count(on).await.unwrap(), 0);
    assert_eq!(timeline::Entity::find().count(on).await.unwrap(), 0);
    stage.book(TUESDAY_AT_3).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_daily_limit_holds_among_those_who_come_at_once(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.change_host(|host| host.daily_limit = Set(Some(2))).await;
    let tries = (9..=16).map(|hour| {
        let stage = &stage;
        async move {
            let mut wish = form(&format!("2026-11-24T{hour:02}:00:00+01:00"));
            wish.email = format!("customer-{hour}@example.com");
            book_session(stage.app(), &wish, None, "203.0.113.9").await
        }
    });
    let results = join_all(tries).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 2, "{results:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_is_signed_in_owns_the_booking(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.add_host(OTHER, "boris", Uuid::from_u128(0x6)).await;
    let booked = book_session(stage.app(), &form(TUESDAY_AT_3), Some(OTHER), "203.0.113.9")
        .await
        .unwrap();
    let on = stage.app().db.reader();
    let mine = appointment::Entity::find().filter(appointment::Column::CustomerUserId.eq(OTHER));
    assert_eq!(mine.count(on).await.unwrap(), 1);
    let owner = customer(None, Some(OTHER));
    assert!(find_booking(on, booked.appointment_id, &owner).await.unwrap().is_some());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_form_whose_booking_was_cancelled_or_moved_books_anew(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let wish = form(TUESDAY_AT_3);
    let send = async || book_session(stage.app(), &wish, None, "203.0.113.9").await;
    let cancelled = send().await.unwrap();
    cancel_appointment(stage.app(), cancelled.appointment_id, &ben(&cancelled), "")
        .await
        .unwrap();
    let second = send().await.unwrap();
    assert_ne!(second.appointment_id, cancelled.appointment_id);
    assert_eq!(send().await.unwrap(), second, "a double press still books once");
    assert_eq!(stage.appointment(cancelled.appointment_id).await.status, "cancelled");

    reschedule_appointment(stage.app(), second.appointment_id, &ben(&second), TUESDAY_AT_4, "", "")
        .await
        .unwrap();
    let third = send().await.unwrap();
    assert_ne!(third.appointment_id, second.appointment_id);
    let start = async |booked: &Booked| stage.appointment(booked.appointment_id).await.starts_at.timestamp();
    assert_eq!(
        (start(&second).await, start(&third).await),
        (at(TUESDAY_AT_4), at(TUESDAY_AT_3))
    );
}
