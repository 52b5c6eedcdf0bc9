//! A backup that is taken while people book shows one moment, in which everything fits together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

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

const HOSTS: u128 = 8;

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
    for host in 0..HOSTS {
        let (app, stop, written) = (program.app.clone(), stop.clone(), written.clone());
        writers.spawn(async move {
            let scene = HostScene::new(Uuid::from_u128(0xa0 + host), &format!("host-{host}"));
            let mut start: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
            let mut turn = 0_u32;
            while !stop.load(Ordering::Relaxed) && turn < 1000 {
                turn += 1;
                let address = format!("10.{host}.{}.{}", turn / 250, turn % 250);
                let mut form = scene.form(&app, &start.to_string());
                form.email = format!("guest-{turn}-{host}@example.com");
                let booked = book_session(&app, &form, None, &address).await.unwrap();
                written.fetch_add(1, Ordering::Relaxed);
                if turn.is_multiple_of(4) {
                    let by = Actor::Host { user_id: scene.id };
                    cancel_appointment(&app, booked.appointment_id, &by, "").await.unwrap();
                    written.fetch_add(1, Ordering::Relaxed);
                }
                start = start.saturating_add(SignedDuration::from_hours(1)).unwrap();
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
    let begun = Instant::now();
    let mut backups = Vec::new();
    for _ in 0..torture(2, 20) {
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        let before = written.load(Ordering::Relaxed);
        let bytes = backup(&program.app).await;
        backups.push((bytes, written.load(Ordering::Relaxed) - before));
    }
    stop.store(true, Ordering::Relaxed);
    while let Some(writer) = writers.join_next().await {
        writer.unwrap();
    }
    let total = written.load(Ordering::Relaxed);
    println!(
        "{} writing transactions a second; during the backups {:?}",
        f64::from(total) / begun.elapsed().as_secs_f64(),
        backups.iter().map(|(_, during)| during).collect::<Vec<_>>()
    );
    let during: u32 = backups.iter().map(|(_, during)| during).sum();
    assert!(during > 0, "people went on booking while the backups were taken");
    let mut last = 0;
    for (bytes, _) in &backups {
        let rows = check_backup(&bytes[..]).unwrap().rows["appointments"];
        assert!(rows >= last && rows <= u64::from(total), "time goes one way");
        last = rows;
        let copy = restored(engine, bytes).await;
        for (what, sql) in PROMISES {
            assert_eq!(number(&copy.app.db, sql).await, 0, "{what}");
        }
    }
}
