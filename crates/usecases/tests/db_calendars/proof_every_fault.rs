//! Every fault of Google at every operation: the right class of action, a booking that stands, at most one event, and all well once
//! the fault is gone. What is right stands in [`super::fault_table`].

use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use timetap_providers::http::Timeouts;
use timetap_sandbox::{FaultKind, FaultRule, SilentAddress};
use timetap_store::entities::job;
use timetap_store::jobs::next_due::next_due;
use timetap_testing::{Engine, ProgramOptions};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::Booked;
use timetap_usecases::calendars::{Farewell, disconnect, retry_connection, retry_write};
use timetap_usecases::jobs::{retry_dead, run_due_jobs};
use uuid::Uuid;

use super::comparison::ask_to_compare;
use super::fault_table::{Fault, OPERATIONS, TABLE, read_cell};
use super::support::{ADA, ANNA, Stage};

/// Far above what the sandbox needs, far below what a test may take.
const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_millis(400),
    total: Duration::from_millis(1200),
};
/// A pause that only the next regular look at busy times takes.
const LONG: SignedDuration = SignedDuration::from_hours(5);

/// Anna with her Google connected, and a program for which Google's address is silent.
struct Scene {
    stage: Stage,
    connection: Uuid,
    cut_off: TimeTap,
    _silent: SilentAddress,
}

impl Scene {
    async fn set(engine: Engine) -> Self {
        let options = ProgramOptions {
            timeouts: TIMEOUTS,
            meet_delay: Duration::ZERO,
            busy_cache: Some(Duration::from_hours(12)),
            ..ProgramOptions::default()
        };
        let stage = Stage::start_with(engine, options).await;
        let connection = stage.connect(ANNA, ADA).await.unwrap();
        stage.work().await;
        let silent = SilentAddress::take().await.unwrap();
        let cut_off = stage.program.towards(&silent.base_url(), TIMEOUTS);
        Self {
            stage,
            connection,
            cut_off,
            _silent: silent,
        }
    }

    /// Brings everything to where `operation` is the next thing asked of Google.
    async fn come_to(&self, operation: &str, day: usize) -> Option<Booked> {
        let stage = &self.stage;
        let at = |hour: u32| format!("2026-12-{:02}T{hour}:00:00+01:00", day + 1);
        match operation {
            "insert" => Some(stage.book(&at(10)).await),
            "get" => {
                stage.fail_once("insert", FaultKind::LostAnswer { percent: 100 });
                let booked = stage.book(&at(10)).await;
                stage.work_after(0).await;
                assert_eq!(stage.write_state(&booked).await, "pending");
                stage.advance(4);
                Some(booked)
            }
            "patch" | "delete" => {
                let booked = stage.book(&at(10)).await;
                stage.work().await;
                assert_eq!(stage.write_state(&booked).await, "written");
                // The newest job is told by its time.
                stage.advance(1);
                if operation == "patch" {
                    stage.move_to(&booked, &at(12)).await;
                } else {
                    stage.cancel(&booked).await;
                }
                Some(booked)
            }
            "refresh" => {
                stage.advance(2 * 3600);
                Some(stage.book(&at(10)).await)
            }
            "list" => {
                ask_to_compare(stage.app(), self.connection).await;
                None
            }
            _ => {
                retry_connection(stage.app(), ANNA, self.connection).await.unwrap();
                None
            }
        }
    }

    fn break_google(&self, fault: Fault, operation: &str, lasting: bool) {
        let (kind, method) = match (fault, fault.kind()) {
            (_, None) => return,
            (Fault::InvalidGrant, _) if operation == "revoke" => {
                let refused = Fault::Status(400, Some("invalid_grant"), None);
                (refused.kind().unwrap(), operation)
            }
            (Fault::InvalidGrant, Some(kind)) => {
                self.stage.google().expire_access_tokens(None);
                (kind, "refresh")
            }
            (_, Some(kind)) => (kind, operation),
        };
        let rule = FaultRule::new(kind).on(method);
        let rule = if lasting { rule } else { rule.times(1) };
        self.stage.google().add_fault(rule).unwrap();
    }

    fn program(&self, fault: Fault) -> &TimeTap {
        if fault == Fault::ConnectTimeout {
            &self.cut_off
        } else {
            self.stage.app()
        }
    }

    /// The job that asks for `operation`.
    async fn job(&self, operation: &str, booked: Option<&Booked>) -> job::Model {
        let kind = match operation {
            "calendarList" => "refresh_calendars",
            "freebusy" => "refresh_busy",
            "list" => "reconcile_calendar",
            _ => return self.stage.write_job(booked.unwrap()).await,
        };
        let newest = job::Entity::find()
            .filter(job::Column::Kind.eq(kind))
            .order_by_desc(job::Column::UpdatedAt)
            .order_by_desc(job::Column::Id);
        newest.one(self.stage.app().db.writer()).await.unwrap().unwrap()
    }

    /// Events of this booking, living ones and all.
    fn events_of(&self, booked: &Booked) -> (usize, usize) {
        let id = booked.appointment_id.to_string();
        let events = self.stage.google().events(ADA).unwrap();
        let ours = events
            .iter()
            .filter(|event| event["extendedProperties"]["private"]["timetap_appointment"] == id.as_str());
        let living = ours.clone().filter(|event| event["status"] != "cancelled").count();
        (living, ours.count())
    }

    /// Does what is due, and what becomes due by that.
    async fn until_calm(&self) {
        let app = self.stage.app();
        for _ in 0..40 {
            self.stage.work().await;
            match next_due(app.db.reader()).await.unwrap() {
                Some(due) if due.duration_since(app.clock.now()) < LONG => {
                    app.clock.set(due.max(app.clock.now()));
                }
                _ => return,
            }
        }
        panic!("it never becomes calm");
    }

    /// What a person does about it.
    async fn mend(&self, action: &str, booked: Option<&Booked>) {
        self.stage.google().clear_faults();
        match (action, booked) {
            ("park" | "renew", _) => {
                assert_eq!(self.stage.connect(ANNA, ADA).await.unwrap(), self.connection);
            }
            ("dead", Some(booked)) => {
                let write = self.stage.write(booked).await;
                retry_write(self.stage.app(), ANNA, write.id).await.unwrap();
            }
            ("dead", None) => assert_eq!(retry_dead(self.stage.app(), None).await.unwrap(), 1),
            _ => {}
        }
        self.until_calm().await;
    }

    async fn prove(&self, fault: Fault, operation: &'static str, day: usize, cell: &'static str) {
        let (action, code) = read_cell(cell);
        let stage = &self.stage;
        let booked = self.come_to(operation, day).await;
        let booked = booked.as_ref();
        let wished = if operation == "delete" { "removed" } else { "written" };
        let status = match booked {
            Some(booked) => Some(stage.appointment(booked).await.status),
            None => None,
        };
        let tries = self.job(operation, booked).await.attempts;
        let (asked, refreshed) = (stage.requests(operation), stage.requests("refresh"));
        let told = stage.messages("reconnect_calendar").await.len();
        self.break_google(fault, operation, !matches!(action, "adopt" | "anew" | "done"));

        run_due_jobs(self.program(fault)).await.unwrap();

        let job = self.job(operation, booked).await;
        let wait = job.run_at.timestamp().duration_since(stage.now());
        let connection = stage.connection(self.connection).await;
        let (job_state, write_state) = match action {
            "again" | "after" | "hours" => ("queued", "pending"),
            "hour" | "day" => ("queued", ""),
            "park" | "renew" => ("parked", "needs_reconnect"),
            "dead" => ("dead", "failed"),
            "adopt" | "anew" | "done" => ("done", wished),
            other => panic!("what is {other}?"),
        };
        assert_eq!(job.state, job_state, "{job:?}");
        if let Some(booked) = booked {
            let write = stage.write(booked).await;
            assert_eq!(write.state, write_state, "{write:?}");
            let reason = match action {
                "park" | "renew" => Some("needs_reconnect"),
                _ => code,
            };
            assert_eq!(write.last_error_code.as_deref(), reason);
            assert_eq!(write.last_error.is_some(), reason.is_some(), "the host reads why");
            assert!(self.events_of(booked).0 <= 1);
        }
        let seconds = |from: i64, to: i64| {
            let allowed = SignedDuration::from_secs(from)..=SignedDuration::from_secs(to);
            assert!(allowed.contains(&wait), "{wait:?}");
        };
        match action {
            "again" => {
                let pause = [2_000, 5_000][usize::try_from(tries).unwrap()];
                let allowed = (pause * 4 / 5)..=(pause * 6 / 5);
                assert!(allowed.contains(&wait.as_millis()), "{wait:?} after {tries}");
            }
            // Dates have whole seconds.
            "after" => seconds(119, 132),
            "hours" => seconds(7200, 7920),
            "hour" => seconds(3240, 3960),
            "day" => seconds(20 * 3600, 28 * 3600),
            _ => {}
        }
        if matches!(action, "again" | "after" | "hours" | "dead") {
            assert_eq!(job.attempts, tries + 1);
            assert_eq!(job.last_error_code.as_deref(), code);
        }
        match action {
            "park" | "renew" => {
                assert_eq!(connection.status, "needs_reconnect");
                assert_eq!(connection.last_error_code.as_deref(), code);
                assert_eq!(stage.messages("reconnect_calendar").await.len(), told + 1, "told once");
            }
            "again" | "after" | "hours" | "hour" if operation == "freebusy" => {
                assert_eq!(connection.status, "degraded");
                assert_eq!(connection.last_error_code.as_deref(), code);
            }
            _ => {}
        }
        if action == "renew" {
            assert_eq!(stage.requests("refresh"), refreshed + 1, "one fresh token");
            assert_eq!(stage.requests(operation), asked + 2, "and one more try");
        }

        self.mend(action, booked).await;

        assert_eq!(
            self.job(operation, booked).await.state,
            if matches!(operation, "freebusy" | "list") {
                "queued"
            } else {
                "done"
            }
        );
        assert_eq!(stage.connection(self.connection).await.status, "active");
        if let Some(booked) = booked {
            assert_eq!(stage.write_state(booked).await, wished);
            let living = usize::from(operation != "delete");
            assert_eq!(self.events_of(booked), (living, 1), "one event, made once");
            let id = stage.write(booked).await.remote_event_id;
            let changed = stage.effects("patch").iter().filter(|row| row.event == id).count();
            assert_eq!(
                changed,
                usize::from(operation == "patch"),
                "and changed once, as each change is mailed to the guest"
            );
            assert_eq!(
                Some(stage.appointment(booked).await.status),
                status,
                "the booking stands"
            );
        }
    }

    async fn prove_farewell(&self, fault: Fault, cell: &'static str) {
        let (action, _) = read_cell(cell);
        self.break_google(fault, "revoke", true);
        let farewell = disconnect(self.program(fault), ANNA, self.connection).await.unwrap();
        let expected = match action {
            "told" => Farewell::NotTold,
            "done" => Farewell::Revoked,
            other => panic!("what is {other}?"),
        };
        assert_eq!(farewell, expected);
        let row = self.stage.connection(self.connection).await;
        assert_eq!(row.status, "disconnected");
        assert_eq!((row.access_token_sealed, row.refresh_token_sealed), (None, None));
        self.stage.google().clear_faults();
        self.stage.connect(ANNA, ADA).await.unwrap();
        self.until_calm().await;
        assert_eq!(self.stage.connection(self.connection).await.status, "active");
    }
}

#[rstest]
#[tokio::test]
async fn each_fault_at_each_operation_has_its_action(
    #[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22)] row: usize,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (words, fault, cells) = TABLE[row];
    let scene = Scene::set(engine).await;
    for (day, (operation, cell)) in OPERATIONS.into_iter().zip(cells).enumerate() {
        println!("{words} at {operation}: {cell}");
        if operation == "revoke" {
            scene.prove_farewell(fault, cell).await;
        } else {
            scene.prove(fault, operation, day, cell).await;
        }
    }
    // Eight went through all that: five bookings, one of them cancelled.
    assert_eq!(scene.stage.events(ADA).len(), 4);
}
