//! How often a look at the free times asks the database: a fixed number of times, however much there is in it.

use std::sync::{Arc, Mutex};

use jiff::civil::date;
use jiff::tz::TimeZone;
use rstest::rstest;
use timetap_testing::Engine;
use timetap_usecases::bookings::{MonthOffer, find_offering, offer_month};
use uuid::Uuid;

use super::support::{Stage, TUESDAY_AT_3, new_id};

/// The statements that ran since they were last taken.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn watch(stage: &mut Stage) -> Self {
        let seen = Self::default();
        let app = Arc::get_mut(&mut stage.program.app).unwrap();
        let noted = seen.clone();
        app.db
            .watch_statements(move |statement| noted.0.lock().unwrap().push(statement.sql.clone()));
        seen
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// What a customer's request for a month of free times asks, from the address to the times.
async fn look(stage: &Stage, month: i8) -> MonthOffer {
    let zone = TimeZone::get("Europe/Madrid").unwrap();
    let offering = find_offering(stage.app().db.reader(), "anna", "lesson").await.unwrap();
    let host_id = offering.unwrap().host.user_id;
    let wanted = Some(date(2026, month, 1));
    let offer = offer_month(stage.app(), host_id, 60, &zone, wanted, None)
        .await
        .unwrap();
    offer.unwrap()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_look_at_the_free_times_takes_three_statements_among_one_host_and_among_a_hundred(#[case] engine: Engine) {
    let mut stage = Stage::start(engine).await;
    let seen = Seen::watch(&mut stage);
    seen.take();
    let alone = look(&stage, 12).await;
    let statements = seen.take();
    assert_eq!(statements.len(), 3, "{statements:#?}");

    // A full calendar, and ninety-nine others.
    let connection = stage.connect_calendar("active").await;
    for day in 1..=28 {
        let [from, to] = [10, 11].map(|hour| format!("2026-12-{day:02}T{hour}:00:00Z"));
        stage.add_busy(connection, &from, &to).await;
    }
    stage.book(TUESDAY_AT_3).await.unwrap();
    for number in 1..100 {
        let id = Uuid::from_u128(0xc000 + number);
        stage.add_host(id, &format!("host-{number}"), new_id()).await;
    }
    seen.take();
    let crowded = look(&stage, 12).await;
    let statements = seen.take();
    assert_eq!(statements.len(), 3, "{statements:#?}");
    // One busy hour takes the three starts that would overlap it.
    assert_eq!(crowded.slots.len(), alone.slots.len() - 28 * 3);

    // Where a month has nothing, one more statement finds the month that has.
    stage
        .add_busy(connection, "2026-11-01T00:00:00Z", "2026-12-31T23:00:00Z")
        .await;
    seen.take();
    let nothing = look(&stage, 12).await;
    let statements = seen.take();
    assert_eq!((nothing.slots.len(), nothing.next_month), (0, Some(date(2027, 1, 1))));
    assert_eq!(statements.len(), 4, "{statements:#?}");
}
