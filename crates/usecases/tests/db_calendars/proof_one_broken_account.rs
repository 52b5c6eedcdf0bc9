//! One account whose Google hangs or refuses for ever does not slow the others down.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timetap_providers::http::Timeouts;
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery, NewAccount};
use timetap_store::entities::{calendar_write, job};
use timetap_testing::{Engine, HostScene, ProgramOptions, connect_google, torture};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::book_session;
use timetap_usecases::jobs::pools::POOLS;
use uuid::Uuid;

use super::support::{SESSION, Stage};
use super::worker::{beside, replica};

const BROKEN: &str = "broken@sandbox.test";
/// Hosts whose Google is well.
const HEALTHY: u128 = 6;
const BOOKINGS_EACH: u32 = 4;
/// The most that the 95th percentile may grow.
const MOST_GROWTH: f64 = 1.10;

fn hanging() -> FaultKind {
    FaultKind::TimeoutBefore
}

fn refusing() -> FaultKind {
    FaultKind::Status {
        status: 503,
        reason: None,
        retry_after: None,
    }
}

/// The first one is the one whose Google breaks.
async fn invite_hosts(stage: &Stage) -> Vec<HostScene> {
    let mut hosts = Vec::new();
    for number in 0..=HEALTHY {
        let name = if number == 0 {
            "Broken".to_owned()
        } else {
            format!("Healthy{number}")
        };
        let account = format!("{}@sandbox.test", name.to_lowercase());
        let new = NewAccount {
            email: account.clone(),
            name: name.clone(),
            meet: true,
        };
        stage.google().add_account(&new).unwrap();
        let host = HostScene::new(Uuid::from_u128(0xb0_0000 + number), &name.to_lowercase());
        host.insert(stage.app()).await;
        connect_google(stage.app(), host.id, SESSION, &account).await.unwrap();
        hosts.push(host);
    }
    stage.work().await;
    hosts
}

async fn book(app: &TimeTap, host: &HostScene, place: u32) {
    let day = 23 + place / 20;
    let start = format!("2026-11-{day}T{:02}:00:00+01:00", 2 + place % 20);
    // Everybody books once, from a place of their own: nobody is held up for asking too often.
    let mut form = host.form(app, &start);
    form.email = format!("ben.{place}.{}@example.com", host.slug);
    let network = host.id.as_u128() % 200;
    book_session(app, &form, None, &format!("203.0.{network}.{place}"))
        .await
        .unwrap();
}

async fn writes_of(app: &TimeTap, hosts: &[HostScene]) -> Vec<calendar_write::Model> {
    calendar_write::Entity::find()
        .filter(calendar_write::Column::UserId.is_in(hosts.iter().map(|host| host.id)))
        .all(app.db.writer())
        .await
        .unwrap()
}

async fn until_written(app: &TimeTap, hosts: &[HostScene], count: usize) {
    for _ in 0..2400 {
        let writes = writes_of(app, hosts).await;
        if writes.iter().filter(|write| write.state == "written").count() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("not all of {count} were written within a minute");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_one_account_hangs_all_others_are_served(#[case] engine: Engine) {
    let options = ProgramOptions {
        timeouts: Timeouts {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(100),
        },
        meet_delay: Duration::ZERO,
        ..ProgramOptions::default()
    };
    let stage = Stage::start_with(engine, options).await;
    let hosts = invite_hosts(&stage).await;
    let (broken, healthy) = hosts.split_at(1);
    stage.google().add_fault(FaultRule::new(hanging()).of(BROKEN)).unwrap();
    let before = stage.google().ledger(&LedgerQuery::default()).len();
    // Its work comes first, and is more than all hands together.
    for place in 0..u32::try_from(POOLS[0].hands).unwrap() + 2 {
        book(stage.app(), &broken[0], place).await;
    }
    for place in 0..BOOKINGS_EACH {
        for host in healthy {
            book(stage.app(), host, place).await;
        }
    }
    let per_lane = usize::try_from(POOLS[0].per_lane).unwrap();
    let served = usize::try_from(HEALTHY).unwrap() * usize::try_from(BOOKINGS_EACH).unwrap();
    Box::pin(beside(vec![stage.program.app.clone()], async {
        until_written(stage.app(), healthy, served).await;
        let at_work = job::Entity::find()
            .filter(job::Column::Lane.eq(broken[0].id))
            .filter(job::Column::State.eq("leased"))
            .all(stage.app().db.writer())
            .await
            .unwrap();
        assert_eq!(
            at_work.len(),
            per_lane,
            "the broken one still hangs, and has no more hands than these"
        );
        let rows = stage.google().ledger(&LedgerQuery::default());
        let asked = rows[before..]
            .iter()
            .filter(|row| row.account.as_deref() == Some(BROKEN))
            .count();
        assert_eq!(asked, per_lane, "each of them hangs in its first call");
    }))
    .await;
    assert!(
        writes_of(stage.app(), broken)
            .await
            .iter()
            .all(|write| write.state == "pending")
    );
}

/// How long each booking of the healthy hosts took to be written, in one round.
async fn round(
    app: &Arc<TimeTap>,
    hosts: &[HostScene],
    number: u32,
    beside_broken: bool,
    stage: &Stage,
) -> Vec<SignedDuration> {
    let (broken, healthy) = hosts.split_at(1);
    let before = writes_of(app, healthy).await.len();
    // What it asks for comes on top, and first.
    for place in 0..if beside_broken { 4 } else { 0 } {
        book(app, &broken[0], number * 4 + place).await;
    }
    let mut count = before;
    for place in 0..BOOKINGS_EACH {
        for host in healthy {
            book(app, host, number * BOOKINGS_EACH + place).await;
            count += 1;
        }
    }
    until_written(app, healthy, count).await;
    let known: Vec<_> = stage.google().ledger(&LedgerQuery::method("insert").with_effect(true));
    let mut took = Vec::new();
    for write in writes_of(app, healthy).await {
        let arrived = known.iter().find(|row| row.event == write.remote_event_id).unwrap();
        took.push((
            write.created_at,
            arrived.at.duration_since(write.created_at.timestamp()),
        ));
    }
    took.sort();
    took.split_off(before).into_iter().map(|(_, took)| took).collect()
}

fn p95(mut times: Vec<SignedDuration>) -> SignedDuration {
    times.sort();
    times[times.len() * 95 / 100]
}

fn median(mut rounds: Vec<SignedDuration>) -> f64 {
    rounds.sort();
    rounds[rounds.len() / 2].as_secs_f64()
}

#[rstest]
#[case::hanging(hanging())]
#[case::refusing(refusing())]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_others_are_as_fast_as_before(
    #[case] fault: FaultKind,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    // A call of the broken account outlasts a round, and the pause between two rounds outlasts the call.
    let options = ProgramOptions {
        timeouts: Timeouts {
            connect: Duration::from_secs(1),
            total: Duration::from_secs(3),
        },
        meet_delay: Duration::ZERO,
        ..ProgramOptions::default()
    };
    let stage = Stage::start_with(engine, options).await;
    let hosts = invite_hosts(&stage).await;
    // Real time from here on: latencies are what is asked for.
    let app = replica(&stage).await;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    Box::pin(beside(vec![app.clone()], async {
        round(&app, &hosts, 0, false, &stage).await;
        // Two by two, in changing order, so that neither side has the warmer machine.
        for pair in 0..torture(1, 9) {
            for half in 0..2 {
                let broken = (pair + half) % 2 == 0;
                if broken {
                    stage
                        .google()
                        .add_fault(FaultRule::new(fault.clone()).of(BROKEN))
                        .unwrap();
                }
                let took = round(&app, &hosts, 1 + pair * 2 + half, broken, &stage).await;
                stage.google().clear_faults();
                if broken { &mut with } else { &mut without }.push(p95(took));
                let all = writes_of(&app, &hosts).await.len();
                until_written(&app, &hosts, all).await;
                // Two seconds later their busy times are read again; then it is quiet.
                tokio::time::sleep(Duration::from_millis(torture(0, 2500))).await;
            }
        }
    }))
    .await;
    let rounds = with.len();
    let (with, without) = (median(with), median(without));
    println!(
        "p95 from booking to event: {without:.3} s, beside a broken account {with:.3} s; medians of {rounds} rounds"
    );
    // Seconds of a busy machine say nothing in one round: the short form shows that it goes on, the long one how fast.
    if torture(false, true) {
        assert!(with <= without * MOST_GROWTH + 0.005, "{with} s instead of {without} s");
    }
}
