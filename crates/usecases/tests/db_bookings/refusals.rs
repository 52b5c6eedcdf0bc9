//! Times that are not given, each with its reason and what is free nearby.

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::Set;
use timetap_testing::Engine;
use timetap_usecases::bookings::{BookSessionError, book_session};
use uuid::Uuid;

use super::support::{HOST, OTHER, Stage, TUESDAY_AT_3, at, form, new_id};

const TAKEN: &str = "This time is no longer free. Please choose another.";
const NOT_OFFERED: &str = "This time is not offered. Please choose another.";

/// Tries to book and gives back why it did not work, and what was offered instead, by the clocks of Madrid.
async fn refusal(stage: &Stage, start: &str) -> (String, Vec<String>) {
    match stage.book(start).await {
        Err(BookSessionError::SlotGone { message, nearest }) => {
            let zone = jiff::tz::TimeZone::get("Europe/Madrid").unwrap();
            let nearest = nearest
                .iter()
                .map(|slot| zone.to_datetime(slot.start).strftime("%d. %H:%M").to_string())
                .collect();
            (message, nearest)
        }
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn times_outside_what_the_host_offers(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    for (start, message) in [
        (
            "2026-11-20T10:00:00+01:00",
            "This time has passed. Please choose a later one.",
        ),
        (
            "2026-11-20T11:30:00+01:00",
            "This time is too soon to be booked. Please choose a later one.",
        ),
        (
            "2027-06-01T10:00:00+02:00",
            "This day cannot be booked yet. Please choose an earlier one.",
        ),
        ("2026-11-24T08:30:00+01:00", NOT_OFFERED),
        ("2026-11-24T16:30:00+01:00", NOT_OFFERED),
        ("2026-11-24T15:10:00+01:00", NOT_OFFERED),
    ] {
        let (told, _) = refusal(&stage, start).await;
        assert_eq!(told, message, "{start}");
    }
    stage.execute("DELETE FROM schedule_windows WHERE weekday = 2").await;
    let (told, nearest) = refusal(&stage, TUESDAY_AT_3).await;
    assert_eq!(told, NOT_OFFERED);
    assert_eq!(nearest, ["25. 09:00", "25. 09:30", "25. 10:00", "25. 10:30"]);
    assert_eq!(stage.counts().await, (0, 0, 0, 0));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_time_that_is_taken_comes_with_the_nearest_free_ones(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.book(TUESDAY_AT_3).await.unwrap();
    let (told, nearest) = refusal(&stage, "2026-11-24T15:30:00+01:00").await;
    assert_eq!(told, TAKEN);
    assert_eq!(nearest, ["24. 13:00", "24. 13:30", "24. 14:00", "24. 16:00"]);
    // Breaks count too.
    stage
        .change_host(|host| {
            host.buffer_before_minutes = Set(15);
            host.buffer_after_minutes = Set(15);
        })
        .await;
    let (told, _) = refusal(&stage, "2026-11-24T16:00:00+01:00").await;
    assert_eq!(told, TAKEN);
    assert_eq!(refusal(&stage, "2026-11-24T14:00:00+01:00").await.0, TAKEN);
    stage.book("2026-11-24T13:30:00+01:00").await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn other_calendars_count_and_say_nothing_of_themselves(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let connection = stage.connect_calendar("active").await;
    stage
        .add_busy(connection, "2026-11-24T14:30:00Z", "2026-11-24T14:45:00Z")
        .await;
    assert_eq!(refusal(&stage, TUESDAY_AT_3).await.0, TAKEN);
    // An event of three weeks that began before any session that could matter.
    stage
        .add_busy(connection, "2026-12-01T00:00:00Z", "2026-12-22T00:00:00Z")
        .await;
    assert_eq!(refusal(&stage, "2026-12-15T15:00:00+01:00").await.0, TAKEN);
    // What a calendar said that has been disconnected since counts no more.
    stage
        .execute("UPDATE calendar_connections SET status = 'disconnected'")
        .await;
    stage.book(TUESDAY_AT_3).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_host_who_is_away_for_long_is_free_again_afterwards(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let connection = stage.connect_calendar("active").await;
    stage
        .add_busy(connection, "2026-11-20T00:00:00Z", "2027-01-10T00:00:00Z")
        .await;
    let (told, nearest) = refusal(&stage, TUESDAY_AT_3).await;
    assert_eq!(told, TAKEN);
    assert_eq!(nearest, ["10. 09:00", "10. 09:30", "10. 10:00", "10. 10:30"]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_unknown_calendar_stops_offers_only_where_the_host_wants_that(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.connect_calendar("degraded").await;
    stage.book(TUESDAY_AT_3).await.unwrap();
    stage
        .change_host(|host| host.when_calendar_unknown = Set("offer_nothing".to_owned()))
        .await;
    let unknown = "Times cannot be offered at the moment. Please try again in a few minutes.";
    let (told, nearest) = refusal(&stage, "2026-11-25T15:00:00+01:00").await;
    assert_eq!((told.as_str(), nearest.len()), (unknown, 0));
    // Healthy again, and later healthy by its own account, but not read for more than an hour.
    stage.execute("UPDATE calendar_connections SET status = 'active'").await;
    stage.book("2026-11-25T15:00:00+01:00").await.unwrap();
    stage.advance(61);
    assert_eq!(refusal(&stage, "2026-11-26T15:00:00+01:00").await.0, unknown);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_daily_limit_closes_the_hosts_day(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.change_host(|host| host.daily_limit = Set(Some(1))).await;
    stage.book("2026-11-24T09:00:00+01:00").await.unwrap();
    let (told, nearest) = refusal(&stage, TUESDAY_AT_3).await;
    assert_eq!(told, "This day is fully booked. Please choose another.");
    assert!(nearest.iter().all(|slot| !slot.starts_with("24.")), "{nearest:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_hold_blocks_until_it_expires(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage
        .execute(&format!(
            "INSERT INTO claims (id, resource_id, starts_at, ends_at, kind, expires_at, created_at) \
             VALUES ({}, {}, {}, {}, 'held', {}, 0)",
            uuid_literal(&stage, new_id()),
            uuid_literal(&stage, HOST),
            at(TUESDAY_AT_3).as_millisecond(),
            at(TUESDAY_AT_3).as_millisecond() + 3_600_000,
            at("2026-11-20T10:15:00Z").as_millisecond(),
        ))
        .await;
    assert_eq!(refusal(&stage, TUESDAY_AT_3).await.0, TAKEN);
    stage.advance(15);
    stage.book(TUESDAY_AT_3).await.unwrap();
}

fn uuid_literal(stage: &Stage, id: Uuid) -> String {
    match stage.app().db.engine() {
        Engine::Sqlite => format!("x'{}'", id.simple()),
        Engine::Postgres => format!("'{id}'"),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_not_offered_is_not_found(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.add_host(OTHER, "boris", Uuid::from_u128(0x6)).await;
    let not_found = |host: &str, service: &str| {
        let mut wish = form(TUESDAY_AT_3);
        wish.host_slug = host.to_owned();
        wish.service_slug = service.to_owned();
        let stage = &stage;
        async move {
            let result = book_session(stage.app(), &wish, None, "203.0.113.9").await;
            matches!(result, Err(BookSessionError::NotFound))
        }
    };
    assert!(not_found("nobody", "lesson").await);
    assert!(not_found("anna", "nothing").await);
    stage.change_service(|service| service.active = Set(false)).await;
    assert!(not_found("anna", "lesson").await);
    assert!(!not_found("boris", "lesson").await);
    stage.execute("UPDATE users SET disabled_at = 1").await;
    assert!(not_found("boris", "lesson").await);
    stage
        .execute("UPDATE users SET disabled_at = NULL, role = 'customer'")
        .await;
    assert!(not_found("boris", "lesson").await);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn many_bookings_at_once_are_slowed_down(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    // Starts that do not touch each other, seven a day.
    let time = |number: i64| {
        let monday = at("2026-11-23T09:00:00+01:00");
        (monday + SignedDuration::from_hours(number / 7 * 24 + number % 7)).to_string()
    };
    for number in 0..20 {
        stage.book(&time(number)).await.unwrap();
    }
    // What cannot be had makes nothing and is not counted.
    let past = "2026-11-20T09:00:00+01:00";
    refusal(&stage, past).await;
    let one_more = stage.book(&time(20)).await.unwrap_err();
    assert!(matches!(one_more, BookSessionError::TooMany(_)), "{one_more:?}");
    let told = one_more.to_string();
    assert!(
        told.starts_with("These are many bookings at once. Please try again in 6") && told.ends_with(" minutes."),
        "{told}"
    );
    // Another customer from the same network may still book, up to its own limit.
    for number in 20..60 {
        let mut wish = form(&time(number));
        wish.email = format!("customer-{number}@example.com");
        book_session(stage.app(), &wish, None, "203.0.113.9").await.unwrap();
    }
    let mut wish = form(&time(60));
    wish.email = "last@example.com".to_owned();
    let result = book_session(stage.app(), &wish, None, "203.0.113.9").await;
    assert!(matches!(result, Err(BookSessionError::TooMany(_))), "{result:?}");
    wish.email = "elsewhere@example.com".to_owned();
    book_session(stage.app(), &wish, None, "198.51.100.7").await.unwrap();
    stage.advance(60);
    stage.book(&time(61)).await.unwrap();
}
