//! A request for a month of free times, beside its own statements sent by the bare driver, which only fetches their rows.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, Statement};
use timetap_store::Engine;
use timetap_testing::{HostScene, TestProgram};
use timetap_usecases::bookings::{book_session, find_offering, offer_month};
use uuid::Uuid;

use crate::figures::{median, print};
use crate::raw_sql::RawPool;

const ROUNDS: usize = 31;
/// Requests in a round.
const TIMES: u32 = 20;
/// Bookings in the month, and as many busy times of another calendar.
const BOOKINGS: i64 = 20;
const CONNECTION: Uuid = Uuid::from_u128(0xc);

pub async fn measure(engine: Engine) {
    let mut program = TestProgram::start(engine).await;
    let seen: Arc<Mutex<Vec<Statement>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let watching = Arc::get_mut(&mut program.app).unwrap();
    let unwatched = watching.db.clone();
    watching
        .db
        .watch_statements(move |statement| noted.lock().unwrap().push(statement.clone()));
    let scene = HostScene::new(Uuid::from_u128(0xa), "anna");
    scene.insert(&program.app).await;
    fill(&program, &scene).await;
    look(&program).await;
    seen.lock().unwrap().clear();
    let slots = look(&program).await;
    let statements = std::mem::take(&mut *seen.lock().unwrap());
    // From here on nobody watches.
    Arc::get_mut(&mut program.app).unwrap().db = unwatched;

    let raw_pool = RawPool::of(program.app.db.reader(), engine);
    let rows = raw_pool.read(&statements).await;
    assert!(
        rows > usize::try_from(2 * BOOKINGS).unwrap(),
        "the statements read what is booked and busy"
    );
    let (mut ours, mut raw, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for _ in 0..TIMES {
            assert_eq!(look(&program).await, slots);
        }
        let by_us = started.elapsed().as_secs_f64();
        let started = Instant::now();
        for _ in 0..TIMES {
            assert_eq!(raw_pool.read(&statements).await, rows);
        }
        let by_sql = started.elapsed().as_secs_f64();
        ours.push(by_us / f64::from(TIMES) * 1e6);
        raw.push(by_sql / f64::from(TIMES) * 1e6);
        ratios.push(by_us / by_sql);
    }
    print(engine, "none", "a month of slots", median(ours), "µs");
    print(engine, "none", "its rows by raw SQL", median(raw), "µs");
    let count = f64::from(u32::try_from(statements.len()).unwrap());
    print(engine, "at most 6", "statements of a month", count, "");
    print(engine, "at most 3", "a month by its raw SQL", median(ratios), "×");
}

/// What a customer's page asks for: from the address to the times; how many there are.
async fn look(program: &TestProgram) -> usize {
    let app = &program.app;
    let zone = TimeZone::get("Europe/Madrid").unwrap();
    let offering = find_offering(app.db.reader(), "anna", "lesson").await.unwrap().unwrap();
    let (host, minutes) = (offering.host.user_id, offering.duration_minutes);
    let wanted = Some(jiff::civil::date(2026, 12, 1));
    let offer = offer_month(app, host, minutes, &zone, wanted, None).await.unwrap();
    offer.unwrap().slots.len()
}

/// Bookings, and as many busy times.
async fn fill(program: &TestProgram, scene: &HostScene) {
    let app = &program.app;
    let on = app.db.writer();
    let now = app.clock.now().as_millisecond();
    let run = |sql: &str, values: Vec<sea_orm::Value>| {
        on.execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
    };
    let connection = "INSERT INTO calendar_connections (id, user_id, provider, account_id, account_email, scopes, status, \
                      busy_checked_at, created_at, updated_at) \
                      VALUES ($1, $2, 'google', '1', 'anna@gmail.test', '', 'active', $3, $3, $3)";
    run(connection, vec![CONNECTION.into(), scene.id.into(), now.into()])
        .await
        .unwrap();
    let first: Timestamp = "2026-12-01T09:00:00Z".parse().unwrap();
    for number in 0..BOOKINGS {
        let start = first + SignedDuration::from_hours(24 * number);
        let mut form = scene.form(app, &start.to_string());
        form.email = format!("guest-{number}@example.com");
        book_session(app, &form, None, &format!("192.0.2.{number}"))
            .await
            .unwrap();
        let busy = "INSERT INTO busy_intervals (id, connection_id, user_id, calendar_id, starts_at, ends_at) \
                    VALUES ($1, $2, $3, 'primary', $4, $5)";
        let [from, to] = [2, 3].map(|hours| (start + SignedDuration::from_hours(hours)).as_millisecond());
        let id = app.entropy.uuid(app.clock.now());
        run(
            busy,
            vec![id.into(), CONNECTION.into(), scene.id.into(), from.into(), to.into()],
        )
        .await
        .unwrap();
    }
}
