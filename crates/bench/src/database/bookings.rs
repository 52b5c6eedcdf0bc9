//! Bookings by 64 clients at once, each on times of its own, beside transactions that insert the same rows into the same
//! tables by plain SQL and do nothing else, on the same connections and therefore just as durable.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, Statement};
use timetap_store::Engine;
use timetap_testing::{HostScene, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::book_session;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::figures::{median, percentile, print, rate};
use crate::raw_booking::{self, ROWS};
use crate::raw_sql::RawPool;

const CLIENTS: usize = 64;
/// Two clients book with each host, so that some meet.
const PER_HOST: usize = 2;
const ROUNDS: usize = 9;
/// How long each of what is compared goes on in a round.
const TURN: Duration = Duration::from_secs(2);

pub async fn measure(engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let (booked, inserted) = (Kind::Booked.hosts(app).await, Kind::Inserted.hosts(app).await);
    same_rows(&program, engine, &booked[0], &inserted[0]).await;

    let mut clients = Clients::default();
    let (mut ours, mut raw, mut ratios, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (by_us, took) = clients.turn(app, engine, Kind::Booked, &booked).await;
        let (by_sql, _) = clients.turn(app, engine, Kind::Inserted, &inserted).await;
        // The first one fills caches and pools.
        if round > 0 {
            ours.push(by_us);
            raw.push(by_sql);
            ratios.push(by_us / by_sql);
            times.extend(took);
        }
    }
    print(engine, "none", "bookings by 64 clients", median(ours), "/s");
    print(engine, "none", "their rows by raw inserts", median(raw), "/s");
    print(engine, "at least 0.4", "bookings by raw inserts", median(ratios), "×");
    let (half, most) = (percentile(&mut times, 50), percentile(&mut times, 99));
    print(engine, "none", "p50 of a booking", half, "ms");
    print(engine, "none", "p99 of a booking", most, "ms");
    print(engine, "at most 20", "p99 by p50 of a booking", most / half, "×");
}

/// The two ways in which rows come about; each has hosts of its own.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Booked,
    Inserted,
}

impl Kind {
    async fn hosts(self, app: &TimeTap) -> Vec<HostScene> {
        let (name, first) = match self {
            Self::Booked => ("booked", 0xa_0000),
            Self::Inserted => ("inserted", 0xb_0000),
        };
        let mut hosts = Vec::new();
        for number in 0..CLIENTS / PER_HOST {
            let id = Uuid::from_u128(first + number as u128);
            let scene = HostScene::new(id, &format!("{name}-{number}"));
            scene.insert(app).await;
            hosts.push(scene);
        }
        hosts
    }
}

/// Which hour each client takes next, by kind.
struct Clients([Vec<usize>; 2]);

impl Default for Clients {
    fn default() -> Self {
        // The first hour went into comparing rows.
        Self([vec![1; CLIENTS], vec![1; CLIENTS]])
    }
}

impl Clients {
    /// All clients for one turn: how many they made a second, and how long each took.
    async fn turn(
        &mut self,
        app: &Arc<TimeTap>,
        engine: Engine,
        kind: Kind,
        hosts: &[HostScene],
    ) -> (f64, Vec<Duration>) {
        let next = &mut self.0[usize::from(kind == Kind::Inserted)];
        let pool = RawPool::of(app.db.writer(), engine);
        let begun = Instant::now();
        let mut at_work = JoinSet::new();
        for (client, number) in next.iter().copied().enumerate() {
            let (app, pool, host) = (Arc::clone(app), pool.clone(), hosts[client / PER_HOST].clone());
            at_work.spawn(async move {
                let (mut number, mut took) = (number, Vec::new());
                while begun.elapsed() < TURN {
                    let started = Instant::now();
                    match kind {
                        Kind::Booked => book(&app, &host, client, number).await,
                        Kind::Inserted => insert(&app, &pool, &host, client, number).await,
                    }
                    took.push(started.elapsed());
                    number += 1;
                }
                (client, number, took)
            });
        }
        let done = at_work.join_all().await;
        let time = begun.elapsed();
        let mut all = Vec::new();
        for (client, number, took) in done {
            next[client] = number;
            all.extend(took);
        }
        (rate(all.len(), time), all)
    }
}

/// The start of the client's booking number `number`, which no other client of the host has.
fn start_of(client: usize, number: usize) -> Timestamp {
    let first: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
    let hours = number * PER_HOST + client % PER_HOST;
    first + SignedDuration::from_hours(i64::try_from(hours).unwrap())
}

/// Books. Whatever is refused ends the program: a busy database must not show, and the times are free.
async fn book(app: &TimeTap, host: &HostScene, client: usize, number: usize) {
    let mut form = host.form(app, &start_of(client, number).to_string());
    // A customer and a network of its own: the limits are for those who come too often.
    form.email = format!("guest-{client}-{number}@example.com");
    let network = format!("10.{client}.{}.{}", number / 250, number % 250);
    book_session(app, &form, None, &network).await.unwrap();
}

async fn insert(app: &TimeTap, pool: &RawPool, host: &HostScene, client: usize, number: usize) {
    let name = format!("customer-{client}-{number}");
    let statements = raw_booking::statements(app, host, start_of(client, number), &name);
    pool.write(&statements).await;
}

/// Sees to it that both write as many rows into the same tables.
async fn same_rows(program: &TestProgram, engine: Engine, booked: &HostScene, inserted: &HostScene) {
    let app = &program.app;
    let none = count(app).await;
    book(app, booked, 0, 0).await;
    let one = count(app).await;
    insert(app, &RawPool::of(app.db.writer(), engine), inserted, 0, 0).await;
    let two = count(app).await;
    let rows: Vec<i64> = ROWS.iter().map(|(_, rows)| i64::from(*rows)).collect();
    let more = |than: &[i64], now: &[i64]| now.iter().zip(than).map(|(now, than)| now - than).collect::<Vec<_>>();
    assert_eq!(more(&none, &one), rows, "what a booking writes");
    assert_eq!(more(&one, &two), rows, "what the raw inserts write");
}

async fn count(app: &TimeTap) -> Vec<i64> {
    let on = app.db.writer();
    let mut counts = Vec::new();
    for (table, _) in ROWS {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let row = on
            .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
            .await
            .unwrap();
        counts.push(row.unwrap().try_get_by_index(0).unwrap());
    }
    counts
}
