//! However long Google is broken, in whichever way: a job asks at most twenty times an hour, no two come back at one instant, and what
//! Google says about when to come back is heeded.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timetap_providers::http::Timeouts;
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery, NewAccount, SilentAddress};
use timetap_store::entities::job;
use timetap_store::jobs::next_due::next_due;
use timetap_testing::{Engine, HostScene, ProgramOptions, connect_google, torture};
use timetap_usecases::bookings::{Actor, Booked, book_session, cancel_appointment, reschedule_appointment};
use timetap_usecases::calendars::retry_connection;
use timetap_usecases::jobs::run_due_jobs;
use uuid::Uuid;

use super::comparison::ask_to_compare;
use super::fault_table::{Fault, TABLE};
use super::support::{SESSION, Stage};

const MOST_CALLS: usize = 20;
const EARLY: &str = "2026-11-24T15:00:00+01:00";
const LATE: &str = "2026-11-24T17:00:00+01:00";
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Of the operations, those that a job asks for again and again.
const ASKED_BY_JOBS: [&str; 8] = [
    "insert",
    "get",
    "patch",
    "delete",
    "calendarList",
    "freebusy",
    "list",
    "refresh",
];

/// Calls of the jobs of one account; with a silent Google, its attempts.
struct Call {
    at: Timestamp,
    account: String,
    method: String,
}

/// A host with an account of their own, for whom one operation fails.
struct Sufferer {
    id: Uuid,
    account: String,
    host: HostScene,
    connection: Uuid,
}

impl Sufferer {
    async fn new(stage: &Stage, number: u128, name: &str) -> Self {
        let account = format!("{}@sandbox.test", name.to_lowercase());
        let new = NewAccount {
            email: account.clone(),
            name: name.to_owned(),
            meet: true,
        };
        stage.google().add_account(&new).unwrap();
        let id = Uuid::from_u128(0xf0_0000 + number);
        let host = HostScene::new(id, &name.to_lowercase());
        host.insert(stage.app()).await;
        let connection = connect_google(stage.app(), id, SESSION, &account).await.unwrap();
        Self {
            id,
            account,
            host,
            connection,
        }
    }

    async fn book(&self, stage: &Stage, start: &str) -> Booked {
        let form = self.host.form(stage.app(), start);
        book_session(stage.app(), &form, None, "203.0.113.9").await.unwrap()
    }

    /// What has to be there before `operation` can be the next thing asked.
    async fn prepare(&self, stage: &Stage, operation: &str) -> Option<Booked> {
        if !matches!(operation, "get" | "patch" | "delete") {
            return None;
        }
        if operation == "get" {
            let lost = FaultRule::new(FaultKind::LostAnswer { percent: 100 }).on("insert");
            stage.google().add_fault(lost.of(&self.account).times(1)).unwrap();
        }
        let booked = self.book(stage, EARLY).await;
        stage.work().await;
        Some(booked)
    }

    /// Leaves one job to do, which begins with `operation`.
    async fn come_to(&self, stage: &Stage, operation: &str, booked: Option<Booked>) {
        let me = Actor::Host { user_id: self.id };
        match (operation, booked) {
            ("get", _) => {}
            ("patch", Some(booked)) => {
                let moved = reschedule_appointment(stage.app(), booked.appointment_id, &me, LATE, "", "");
                moved.await.unwrap();
            }
            ("delete", Some(booked)) => {
                let cancelled = cancel_appointment(stage.app(), booked.appointment_id, &me, "");
                cancelled.await.unwrap();
            }
            ("calendarList" | "freebusy", _) => {
                retry_connection(stage.app(), self.id, self.connection).await.unwrap();
            }
            ("list", _) => ask_to_compare(stage.app(), self.connection).await,
            _ => {
                self.book(stage, EARLY).await;
            }
        }
    }
}

/// Whether calls of this kind count for this job.
fn belongs(job: &str, method: &str) -> bool {
    match job {
        "busy" => matches!(method, "freebusy" | "refresh" | "refresh_busy"),
        "calendars" => matches!(method, "calendarList" | "refresh" | "refresh_calendars"),
        "comparison" => matches!(method, "list" | "refresh" | "reconcile_calendar"),
        _ => matches!(
            method,
            "insert" | "get" | "patch" | "delete" | "refresh" | "write_calendar"
        ),
    }
}

fn most_in_an_hour(calls: &[&Call]) -> usize {
    calls
        .iter()
        .map(|first| {
            let window = first.at..first.at.saturating_add(HOUR).unwrap();
            calls.iter().filter(|call| window.contains(&call.at)).count()
        })
        .max()
        .unwrap_or(0)
}

async fn attempts(stage: &Stage) -> Vec<(Uuid, String, i64)> {
    let jobs = job::Entity::find().filter(job::Column::Lane.is_not_null());
    let jobs = jobs.all(stage.app().db.writer()).await.unwrap();
    jobs.into_iter().map(|job| (job.id, job.kind, job.attempts)).collect()
}

#[rstest]
#[tokio::test]
async fn a_job_asks_at_most_twenty_times_an_hour(
    #[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22)] row: usize,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (words, fault, _) = TABLE[row];
    let day = SignedDuration::from_hours(torture(2, 24));
    let options = ProgramOptions {
        meet_delay: Duration::ZERO,
        busy_cache: Some(Duration::from_hours(48)),
        ..ProgramOptions::default()
    };
    let stage = Stage::start_with(engine, options).await;
    let (mut sufferers, mut begun) = (Vec::new(), Vec::new());
    for (number, operation) in (0..).zip(ASKED_BY_JOBS) {
        let sufferer = Sufferer::new(&stage, number, &format!("S{operation}")).await;
        let booked = sufferer.prepare(&stage, operation).await;
        sufferers.push((operation, sufferer));
        begun.push(booked);
    }
    stage.work().await;
    for ((operation, sufferer), booked) in sufferers.iter().zip(begun) {
        sufferer.come_to(&stage, operation, booked).await;
    }
    let hasty = Timeouts {
        connect: Duration::from_millis(50),
        total: Duration::from_millis(100),
    };
    let silent = SilentAddress::take().await.unwrap();
    let program = match fault {
        Fault::ConnectTimeout => stage.program.towards(&silent.base_url(), hasty),
        Fault::TimeoutBefore | Fault::TimeoutAfter | Fault::SlowDrip => {
            stage.program.towards(&stage.program.sandbox.base_url(), hasty)
        }
        _ => stage
            .program
            .towards(&stage.program.sandbox.base_url(), Timeouts::default()),
    };
    if let Some(kind) = fault.kind() {
        for (operation, sufferer) in &sufferers {
            let at = if fault == Fault::InvalidGrant {
                "refresh"
            } else {
                operation
            };
            let rule = FaultRule::new(kind.clone()).on(at).of(&sufferer.account);
            stage.google().add_fault(rule).unwrap();
        }
    }
    if matches!(fault, Fault::InvalidGrant) {
        stage.google().expire_access_tokens(None);
    }
    // Where it is the refresh that fails, tokens run out by their own word, too.
    stage.advance(3600);

    let end = stage.now().saturating_add(day).unwrap();
    let mut calls = Vec::new();
    let mut seen = stage.google().ledger(&LedgerQuery::default()).len();
    let mut tried = attempts(&stage).await;
    while let Some(due) = next_due(stage.app().db.reader())
        .await
        .unwrap()
        .filter(|due| *due < end)
    {
        stage.app().clock.set(due.max(stage.now()));
        run_due_jobs(&program).await.unwrap();
        let rows = stage.google().ledger(&LedgerQuery::default());
        for row in &rows[seen..] {
            calls.push(Call {
                at: stage.now(),
                account: row.account.clone().unwrap_or_default(),
                method: row.method.clone(),
            });
        }
        seen = rows.len();
        if fault == Fault::ConnectTimeout {
            // Nothing of this reaches the ledger: what stands in the queue tells.
            let now_tried = attempts(&stage).await;
            for (id, kind, count) in &now_tried {
                if !tried.contains(&(*id, kind.clone(), *count)) {
                    calls.push(Call {
                        at: stage.now(),
                        account: id.to_string(),
                        method: kind.clone(),
                    });
                }
            }
            tried = now_tried;
        }
    }

    let accounts: BTreeSet<&str> = calls.iter().map(|call| call.account.as_str()).collect();
    let hits: u64 = stage.google().faults().iter().map(|fault| fault.hits).sum();
    assert!(hits > 0 || fault == Fault::ConnectTimeout, "the fault was met");
    assert!(accounts.len() >= sufferers.len(), "everybody asked: {accounts:?}");
    let mut most = 0;
    for account in accounts {
        for job in ["write", "busy", "calendars", "comparison"] {
            let own: Vec<&Call> = calls
                .iter()
                .filter(|call| call.account == account && belongs(job, &call.method))
                .collect();
            let count = most_in_an_hour(&own);
            let course: Vec<_> = own.iter().map(|call| format!("{} {}", call.at, call.method)).collect();
            assert!(
                count <= MOST_CALLS,
                "{words}: {count} calls of {account} ({job}) in an hour: {course:#?}"
            );
            most = most.max(count);
        }
    }
    println!(
        "{words}: at most {most} calls of a job in an hour, {} in all",
        calls.len()
    );
}

#[rstest]
#[case::without_a_wish(Fault::Status(503, None, None), (1_600, 2_400))]
#[case::seconds(Fault::Status(503, None, Some(600)), (600_000, 660_000))]
#[case::date(Fault::Date(429, 600), (599_000, 660_000))]
#[case::seconds_beyond_the_cap(Fault::Status(429, None, Some(10_000_000)), (86_400_000, 95_040_000))]
#[case::date_beyond_the_cap(Fault::Date(503, 10_000_000), (86_400_000, 95_040_000))]
#[case::quota(Fault::Status(403, Some("quotaExceeded"), None), (7_200_000, 7_920_000))]
#[tokio::test]
async fn no_two_jobs_come_back_at_the_same_instant(
    #[case] fault: Fault,
    #[case] (from, to): (i128, i128),
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let stage = Stage::connected(engine).await;
    stage.fail("insert", fault.kind().unwrap());
    let mut bookings = Vec::new();
    for hour in 10..16 {
        bookings.push(stage.book(&format!("2026-11-24T{hour}:00:00+01:00")).await);
    }
    stage.work().await;
    let mut instants = BTreeSet::new();
    for booked in &bookings {
        let job = stage.write_job(booked).await;
        let wait = job.run_at.timestamp().duration_since(stage.now()).as_millis();
        assert!((from..=to).contains(&wait), "{wait} ms");
        instants.insert(job.run_at.timestamp());
    }
    assert!(instants.len() >= 5, "of six, at most two by chance: {instants:?}");
}
