//! Calendar writes a second by a worker that is at work already, beside what the sandbox takes from the same client, by as
//! many hands at once, without a queue.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, Statement};
use secrecy::SecretString;
use timetap_core::event_id::google_event_id;
use timetap_providers::google::calendar::{EventDraft, Guest};
use timetap_sandbox::{Control, LedgerQuery, NewAccount, Quotas};
use timetap_store::calendars::find_connection::find_connection;
use timetap_store::{Database, Engine};
use timetap_testing::{HostScene, ProgramOptions, TestProgram, connect_google};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::book_session;
use timetap_usecases::jobs::pools::POOLS;
use timetap_usecases::jobs::run_due_jobs;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::figures::{median, print, rate};
use crate::worker;

/// Each with an account of their own, and enough of them that no fairness between accounts leaves a hand idle: a worker has
/// at most 24 jobs in its hands, 144 ahead and 128 whose results are to be noted, two of each account.
const HOSTS: usize = 168;
/// Of each host in each round: enough that a worker's first and last moments do not matter.
const EVENTS: usize = 15;
const ROUNDS: usize = 5;
const LOOK: Duration = Duration::from_millis(20);

/// A host whose Google account is connected.
#[derive(Clone)]
struct Connected {
    scene: HostScene,
    calendar: String,
    token: SecretString,
}

/// Measures with the sandbox at work on threads of `theirs`, as a provider is not within the program: on the program's own,
/// each answer of the database would stand in line behind requests that the sandbox is still to answer.
pub async fn measure(engine: Engine, theirs: Handle) {
    let options = ProgramOptions {
        // Google's own would bound both: 166 requests a second for a whole project.
        quotas: Quotas::UNLIMITED,
        sandbox_on: Some(theirs),
        ..ProgramOptions::default()
    };
    let program = TestProgram::start_with(engine, options).await;
    let app = &program.app;
    let mut hosts = Vec::new();
    for number in 0..HOSTS {
        hosts.push(connect(&program, number).await);
    }
    let on = app.db.writer();
    // No conference is waited for: one request is one event.
    on.execute_unprepared("UPDATE services SET location_kind = 'in_person', location_detail = 'Musikhuset, room 4'")
        .await
        .unwrap();
    run_due_jobs(app).await.unwrap();

    let (mut queued, mut direct, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let by_client = insert_directly(app, &hosts, round).await;
        let by_worker = deliver(&program, &hosts, round, by_client).await;
        if round > 0 {
            direct.push(by_client);
            queued.push(by_worker);
            ratios.push(by_worker / by_client);
        }
    }
    print(engine, "none", "events by the client alone", median(direct), "/s");
    print(engine, "none", "calendar writes by the worker", median(queued), "/s");
    print(
        engine,
        "at least 0.5",
        "calendar writes by the client alone",
        median(ratios),
        "×",
    );
}

async fn connect(program: &TestProgram, number: usize) -> Connected {
    let app = &program.app;
    let name = format!("host{number}");
    let account = NewAccount {
        email: format!("{name}@sandbox.test"),
        name: name.clone(),
        meet: true,
    };
    program.sandbox.control().add_account(&account).unwrap();
    let scene = HostScene::new(Uuid::from_u128(0xa_0000 + number as u128), &name);
    scene.insert(app).await;
    let id = connect_google(app, scene.id, Uuid::from_u128(1), &account.email)
        .await
        .unwrap();
    let row = find_connection(app.db.writer(), id).await.unwrap().unwrap();
    let sealed = row.access_token_sealed.unwrap();
    let token = app.keys.open(&sealed, "calendar_connections.access_token_sealed", id);
    Connected {
        scene,
        calendar: row.write_calendar_id.unwrap(),
        token: token.unwrap(),
    }
}

fn start_of(round: usize, number: usize) -> Timestamp {
    let first: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(i64::try_from(round * EVENTS + number).unwrap())
}

/// As many hands as the worker has, each on accounts of its own.
async fn insert_directly(app: &Arc<TimeTap>, hosts: &[Connected], round: usize) -> f64 {
    let hands_of_worker = usize::try_from(POOLS[0].hands).unwrap();
    assert_eq!(hosts.len() % hands_of_worker, 0, "each hand has as many accounts");
    let begun = Instant::now();
    let mut hands = JoinSet::new();
    for own in hosts.chunks(hosts.len() / hands_of_worker) {
        let (app, own) = (Arc::clone(app), own.to_vec());
        hands.spawn(async move {
            let google = app.google.as_ref().unwrap();
            for number in 0..EVENTS {
                for host in &own {
                    let draft = draft(&app, round, number);
                    google.insert_event(&host.token, &host.calendar, &draft).await.unwrap();
                }
            }
        });
    }
    hands.join_all().await;
    rate(hosts.len() * EVENTS, begun.elapsed())
}

/// An event as a booking makes it.
fn draft(app: &TimeTap, round: usize, number: usize) -> EventDraft {
    let starts = start_of(round, number);
    let write = app.entropy.uuid(app.clock.now());
    EventDraft {
        id: google_event_id(write, 1),
        summary: "Session with guest@example.com".to_owned(),
        description: "Piano lesson with Anna Lind\n\nWho: Ben Okafor, guest@example.com\n\nTo move or cancel: \
                      http://timetap.test/bookings/00000000-0000-0000-0000-000000000000?token=0123456789012345678901234567"
            .to_owned(),
        starts,
        ends: starts + SignedDuration::from_hours(1),
        time_zone: "Europe/Madrid".to_owned(),
        location: Some("Musikhuset, room 4".to_owned()),
        recurrence: Vec::new(),
        guests: vec![Guest {
            email: format!("guest-{round}-{number}@example.com"),
            name: Some("Ben Okafor".to_owned()),
        }],
        transparent: false,
        conference_request_id: None,
        private: BTreeMap::from([("timetap_write".to_owned(), write.to_string())]),
    }
}

/// Books, with nobody at work; then lets a worker write it all down that has begun and has nothing else to do. `by_client` is
/// what the client does alone, a second.
async fn deliver(program: &TestProgram, hosts: &[Connected], round: usize, by_client: f64) -> f64 {
    let (app, google) = (&program.app, program.sandbox.control());
    for number in 0..EVENTS {
        for (place, host) in hosts.iter().enumerate() {
            let mut form = host.scene.form(app, &start_of(round, number).to_string());
            form.email = format!("guest-{place}-{round}-{number}@example.com");
            let network = format!("10.{place}.{round}.{number}");
            book_session(app, &form, None, &network).await.unwrap();
        }
    }
    // Their mails, and reading what else the hosts do, are other work.
    let on = app.db.writer();
    on.execute_unprepared("DELETE FROM jobs WHERE kind <> 'write_calendar' AND state = 'queued'")
        .await
        .unwrap();
    postpone(app, SignedDuration::from_hours(1)).await;
    let events = hosts.len() * EVENTS;
    assert_eq!(left(&app.db).await, i64::try_from(events).unwrap());
    let by_client = Duration::from_secs_f64(f64::from(u32::try_from(events).unwrap()) / by_client);
    worker::beside(app, async {
        while !is_at_rest(app).await {
            tokio::time::sleep(LOOK).await;
        }
        google.clear_ledger();
        postpone(app, SignedDuration::ZERO).await;
        let begun = Instant::now();
        app.signal.ring();
        // Looking costs something too, and a worker is never quicker than the client alone.
        tokio::time::sleep(by_client).await;
        // Nor does it help to ask the queue before the last event is there: its index is full of what was just done.
        while inserted(google) < events {
            tokio::time::sleep(LOOK).await;
        }
        while is_any_left(&app.db).await {
            tokio::time::sleep(LOOK / 4).await;
        }
        rate(events, begun.elapsed())
    })
    .await
}

/// Events that the sandbox has taken in this round.
fn inserted(google: &Control) -> usize {
    google.count(&LedgerQuery::method("insert").with_effect(true))
}

/// Makes every calendar write that is queued due so long from now.
async fn postpone(app: &TimeTap, by: SignedDuration) {
    let on = app.db.writer();
    let sql = "UPDATE jobs SET run_at = $1 WHERE kind = 'write_calendar' AND state = 'queued'";
    let at = app.clock.now() + by;
    on.execute_raw(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [at.as_millisecond().into()],
    ))
    .await
    .unwrap();
}

/// Whether the worker has begun, which queues the refreshing of every calendar, and has nothing to do.
async fn is_at_rest(app: &TimeTap) -> bool {
    let on = app.db.reader();
    let sql = "SELECT COUNT(*) > 0 AND COUNT(CASE WHEN state = 'leased' OR run_at <= $1 THEN 1 END) = 0 FROM jobs \
               WHERE state = 'leased' OR (state = 'queued' AND kind <> 'write_calendar')";
    let now = app.clock.now().as_millisecond();
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [now.into()],
        ))
        .await
        .unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

/// Calendar writes that are not done, down to the queue's own note of it.
async fn left(db: &Database) -> i64 {
    let on = db.reader();
    let sql = "SELECT COUNT(*) FROM jobs WHERE kind = 'write_calendar' AND state <> 'done'";
    let row = on
        .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

/// Whether there is one.
async fn is_any_left(db: &Database) -> bool {
    let on = db.reader();
    // In two parts, each of which an index answers.
    let sql = "SELECT 1 FROM (SELECT 1 FROM jobs WHERE state = 'queued' AND kind = 'write_calendar' LIMIT 1) q \
               UNION ALL SELECT 1 FROM (SELECT 1 FROM jobs WHERE state = 'leased' AND kind = 'write_calendar' LIMIT 1) l";
    let row = on
        .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap();
    row.is_some()
}
