//! A backup that is taken while people book shows one moment, in which everything fits together, and holds nobody up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use timetap_store::UnixMillis;
use timetap_store::entities::claim;
use timetap_testing::{Engine, HostScene, TestProgram, torture};
use timetap_usecases::backup::check_backup;
use timetap_usecases::bookings::{Actor, book_session, cancel_appointment};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::support::{backup, number, restored};

/// Two people book with each at the same time.
const HOSTS: u128 = 16;
const PER_HOST: u32 = 2;
/// In the long form, so many transactions are written a second while backups are taken, as a busy site's.
const LEAST_RATE: f64 = 200.0;

/// Everything that a booking inserts in its one transaction, and what must never be seen without it.
const PROMISES: [(&str, &str); 7] = [
    (
        "a booking without its claim",
        "SELECT COUNT(*) FROM appointments a WHERE status = 'scheduled' \
         AND (SELECT COUNT(*) FROM claims c WHERE c.appointment_id = a.id) <> 1",
    ),
    (
        "a claim without its booking",
        "SELECT COUNT(*) FROM claims c WHERE appointment_id IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM appointments a WHERE a.id = c.appointment_id AND a.status = 'scheduled')",
    ),
    (
        "a booking without its wish for the calendar",
        "SELECT COUNT(*) FROM appointments a WHERE NOT EXISTS \
         (SELECT 1 FROM calendar_writes w WHERE w.appointment_id = a.id)",
    ),
    (
        "a booking without its mails",
        "SELECT COUNT(*) FROM appointments a WHERE (SELECT COUNT(*) FROM messages m WHERE m.appointment_id = a.id) <> \
         CASE WHEN status = 'cancelled' THEN 4 ELSE 2 END",
    ),
    (
        "a mail without its job",
        "SELECT COUNT(*) FROM messages m WHERE (SELECT COUNT(*) FROM jobs j WHERE j.subject_id = m.id) <> 1",
    ),
    (
        "a booking whose timeline lacks a line",
        "SELECT COUNT(*) FROM appointments a WHERE (SELECT COUNT(*) FROM timeline t WHERE t.appointment_id = a.id) <> \
         CASE WHEN status = 'cancelled' THEN 2 ELSE 1 END",
    ),
    (
        "one of two claims that were made together",
        "SELECT COUNT(*) FROM claims c WHERE appointment_id IS NULL AND (SELECT COUNT(*) FROM claims d \
         WHERE d.appointment_id IS NULL AND d.starts_at = c.starts_at) <> 2",
    ),
];

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_under_load_is_one_moment(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    for host in 0..HOSTS {
        HostScene::new(Uuid::from_u128(0xa0 + host), &format!("host-{host}"))
            .insert(&program.app)
            .await;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let written = Arc::new(AtomicU32::new(0));
    let mut writers = JoinSet::new();
    for (host, person) in (0..HOSTS).flat_map(|host| (0..PER_HOST).map(move |person| (host, person))) {
        let (app, stop, written) = (program.app.clone(), stop.clone(), written.clone());
        writers.spawn(async move {
            let scene = HostScene::new(Uuid::from_u128(0xa0 + host), &format!("host-{host}"));
            let first: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
            // As long as there are days that can be booked.
            for turn in 0..1400 / PER_HOST {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let start = first + SignedDuration::from_hours(i64::from(turn * PER_HOST + person));
                let address = format!("10.{}.{}.{}", host * 2 + u128::from(person), turn / 250, turn % 250);
                let mut form = scene.form(&app, &start.to_string());
                form.email = format!("guest-{turn}-{person}-{host}@example.com");
                let booked = book_session(&app, &form, None, &address).await.unwrap();
                written.fetch_add(1, Ordering::Relaxed);
                if turn % 4 == 3 {
                    let by = Actor::Host { user_id: scene.id };
                    cancel_appointment(&app, booked.appointment_id, &by, "").await.unwrap();
                    written.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    // Two claims at a time, without all that belongs to a booking: many small transactions.
    let (app, stopped, small) = (program.app.clone(), stop.clone(), written.clone());
    writers.spawn(async move {
        let mut at = 0;
        while !stopped.load(Ordering::Relaxed) {
            at += 10;
            let now = app.clock.now();
            let txn = app.db.begin().await.unwrap();
            for resource in [Uuid::from_u128(1), Uuid::from_u128(u128::MAX)] {
                let claim = claim::Model {
                    id: app.entropy.uuid(now),
                    resource_id: resource,
                    starts_at: UnixMillis(at),
                    ends_at: UnixMillis(at + 10),
                    kind: "firm".to_owned(),
                    expires_at: None,
                    appointment_id: None,
                    order_item_id: None,
                    occurrence_id: None,
                    created_at: UnixMillis::from(now),
                };
                claim.into_active_model().insert(&txn).await.unwrap();
            }
            txn.commit().await.unwrap();
            small.fetch_add(1, Ordering::Relaxed);
        }
    });
    let (mut backups, mut during, mut time) = (Vec::new(), 0, Duration::ZERO);
    for _ in 0..torture(2, 8) {
        tokio::time::sleep(Duration::from_millis(torture(400, 2000))).await;
        let (before, begun) = (written.load(Ordering::Relaxed), Instant::now());
        backups.push(backup(&program.app).await);
        time += begun.elapsed();
        during += written.load(Ordering::Relaxed) - before;
    }
    stop.store(true, Ordering::Relaxed);
    while let Some(writer) = writers.join_next().await {
        writer.unwrap();
    }
    let total = written.load(Ordering::Relaxed);
    let rate = f64::from(during) / time.as_secs_f64();
    println!("{during} transactions were written in {time:?} of backups: {rate:.0} a second; {total} in all");
    assert!(during > 0, "people went on booking while the backups were taken");
    let least = torture(0.0, LEAST_RATE);
    assert!(rate >= least, "{rate} writes a second while backups were taken");
    let mut last = 0;
    for bytes in &backups {
        let rows = check_backup(&bytes[..]).unwrap().rows["appointments"];
        assert!(rows >= last && rows <= u64::from(total), "time goes one way");
        last = rows;
        let copy = restored(engine, bytes).await;
        for (what, sql) in PROMISES {
            assert_eq!(number(&copy.app.db, sql).await, 0, "{what}");
        }
    }
}
