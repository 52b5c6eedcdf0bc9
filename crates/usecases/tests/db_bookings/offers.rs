//! What is shown to choose from, and why the rest is not.

use jiff::civil::date;
use jiff::tz::TimeZone;
use rstest::rstest;
use sea_orm::Set;
use timetap_core::slots::Refusal;
use timetap_testing::Engine;
use timetap_usecases::bookings::{ExplainError, Moving, explain_slots, find_host_page, find_offering, offer_month};
use uuid::Uuid;

use super::support::{HOST, OTHER, SERVICE, Stage, TUESDAY_AT_3, at, new_id};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_month_is_the_customers_month(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let zone = TimeZone::get("Pacific/Auckland").unwrap();
    let offer = offer_month(stage.app(), HOST, 60, &zone, Some(date(2026, 12, 17)), None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(offer.month, date(2026, 12, 1));
    assert_eq!(offer.today, date(2026, 11, 20));
    assert_eq!(offer.last_month, date(2027, 1, 1));
    // Monday's last hours in Madrid are Tuesday's first in Auckland.
    let first = offer.slots.first().unwrap();
    assert_eq!(first.start, at("2026-11-30T11:00:00Z"), "{first:?}");
    assert!(offer.slots.iter().all(|slot| {
        let day = zone.to_datetime(slot.start).date();
        (day.year(), day.month()) == (2026, 12)
    }));
    assert_eq!(offer.next_month, None);
    // Nothing lies before this month, and nothing behind the horizon.
    for (wanted, shown) in [
        (date(2020, 1, 1), date(2026, 11, 1)),
        (date(2031, 1, 1), date(2027, 1, 1)),
        (date(9999, 12, 31), date(2027, 1, 1)),
        (date(-9999, 1, 1), date(2026, 11, 1)),
    ] {
        let offer = offer_month(stage.app(), HOST, 60, &zone, Some(wanted), None)
            .await
            .unwrap();
        assert_eq!(offer.unwrap().month, shown);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_empty_month_names_the_next_one_with_a_free_time(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let zone = TimeZone::get("Europe/Madrid").unwrap();
    let connection = stage.connect_calendar("active").await;
    stage
        .add_busy(connection, "2026-11-01T00:00:00Z", "2027-01-04T00:00:00Z")
        .await;
    let offer = |wanted| offer_month(stage.app(), HOST, 60, &zone, wanted, None);
    let november = offer(None).await.unwrap().unwrap();
    assert!(november.slots.is_empty());
    assert_eq!(november.next_month, Some(date(2027, 1, 1)));
    assert!(!november.calendar_troubled);
    stage
        .add_busy(connection, "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z")
        .await;
    assert_eq!(offer(None).await.unwrap().unwrap().next_month, None);
    assert!(
        offer_month(stage.app(), OTHER, 60, &zone, None, None)
            .await
            .unwrap()
            .is_none()
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_shown_is_what_is_accepted(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage
        .change_host(|host| {
            host.horizon_days = Set(4);
            host.slot_interval_minutes = Set(60);
        })
        .await;
    let zone = TimeZone::get("Europe/Madrid").unwrap();
    let offer = offer_month(stage.app(), HOST, 60, &zone, None, None)
        .await
        .unwrap()
        .unwrap();
    assert!(offer.slots.len() > 15);
    for slot in &offer.slots {
        let mut wish = super::support::form(&slot.start.to_string());
        wish.email = format!("c{}@example.com", slot.start.as_second());
        let address = format!("198.51.100.{}", slot.start.as_second() / 3600 % 250);
        timetap_usecases::bookings::book_session(stage.app(), &wish, None, &address)
            .await
            .unwrap();
    }
    let offer = offer_month(stage.app(), HOST, 60, &zone, None, None)
        .await
        .unwrap()
        .unwrap();
    assert!(offer.slots.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_booking_that_is_moved_sees_its_own_time_as_free(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    let zone = TimeZone::get("Europe/Madrid").unwrap();
    let moving = Moving {
        appointment_id: booked.appointment_id,
        by_host: false,
    };
    let has = |moving| {
        let (stage, zone) = (&stage, &zone);
        async move {
            let offer = offer_month(stage.app(), HOST, 60, zone, None, moving)
                .await
                .unwrap()
                .unwrap();
            offer.slots.iter().any(|slot| slot.start == at(TUESDAY_AT_3))
        }
    };
    assert!(!has(None).await);
    assert!(has(Some(moving)).await);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_host_learns_why(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.book(TUESDAY_AT_3).await.unwrap();
    let day = explain_slots(stage.app(), HOST, "", "2026-11-24", "15:30")
        .await
        .unwrap();
    assert_eq!(day.service_id, Some(SERVICE));
    assert_eq!(day.times.len(), 16);
    let refusal = |hour: &str| {
        let start = at(&format!("2026-11-24T{hour}:00+01:00"));
        day.times.iter().find(|(slot, _)| slot.start == start).unwrap().1
    };
    assert_eq!(refusal("09:00"), None);
    assert_eq!(refusal("15:00"), Some(Refusal::Booked));
    assert_eq!(refusal("16:00"), None);
    assert_eq!(refusal("16:30"), Some(Refusal::OutsideHours));
    assert_eq!(day.verdict.unwrap().refusal, Some(Refusal::Booked));

    let verdict = |date: &'static str, time: &'static str| {
        let stage = &stage;
        async move {
            let day = explain_slots(stage.app(), HOST, "", date, time).await.unwrap();
            day.verdict.unwrap().refusal
        }
    };
    assert_eq!(verdict("2026-11-24", "07:00").await, Some(Refusal::OutsideHours));
    assert_eq!(verdict("2026-11-24", "10:10").await, Some(Refusal::OffGrid));
    assert_eq!(verdict("2027-03-28", "02:30").await, Some(Refusal::ClockGap));
    assert_eq!(verdict("", "09:00").await, Some(Refusal::Past));

    for (service, date, time, field) in [
        (new_id().to_string(), "", "", "service"),
        (String::new(), "24.11.2026", "", "date"),
        (String::new(), "", "25 o'clock", "time"),
    ] {
        let result = explain_slots(stage.app(), HOST, &service, date, time).await;
        let Err(ExplainError::Invalid(errors)) = result else {
            panic!("{result:?}");
        };
        assert!(errors.get(field).is_some(), "{errors:?}");
    }
    // A service of somebody else is no service of one's own.
    stage.add_host(OTHER, "boris", Uuid::from_u128(0x6)).await;
    let foreign = explain_slots(stage.app(), OTHER, &SERVICE.to_string(), "", "").await;
    assert!(matches!(foreign, Err(ExplainError::Invalid(_))));
    let nobody = explain_slots(stage.app(), new_id(), "", "", "").await;
    assert!(matches!(nobody, Err(ExplainError::NotFound)));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_public_page_shows_what_is_active_in_the_hosts_order(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let (host, offerings) = find_host_page(stage.app(), "anna").await.unwrap().unwrap();
    assert_eq!((host.user_id, offerings.len()), (HOST, 1));
    assert_eq!(offerings[0].duration_minutes, 60);
    assert_eq!(offerings[0].questions.len(), 1);
    let on = stage.app().db.reader();
    assert!(find_offering(on, "anna", "lesson").await.unwrap().is_some());
    stage.change_service(|service| service.active = Set(false)).await;
    assert!(find_offering(on, "anna", "lesson").await.unwrap().is_none());
    assert!(find_host_page(stage.app(), "anna").await.unwrap().unwrap().1.is_empty());
    assert!(find_host_page(stage.app(), "nobody").await.unwrap().is_none());
}
