//! Anna in Madrid, who gives lessons over Google Meet, and Ben who books them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use timetap_sandbox::{Control, FaultKind, FaultRule, LedgerQuery, LedgerRow};
use timetap_store::entities::{appointment, calendar_connection, calendar_write, job, message, timeline};
pub use timetap_testing::CALENDAR_SCOPES as SCOPES;
pub use timetap_testing::answer_consent;
use timetap_testing::{Engine, HostScene, ProgramOptions, TestProgram, connect_google};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::{
    Actor, Booked, BookingForm, book_session, cancel_appointment, reschedule_appointment,
};
use timetap_usecases::calendars::{ConsentAnswer, FinishConnectError, begin_connect};
use timetap_usecases::jobs::run_due_jobs;
use uuid::Uuid;

pub const ANNA: Uuid = Uuid::from_u128(0xa);
pub const SESSION: Uuid = Uuid::from_u128(0x5e);
pub const ADA: &str = "ada@sandbox.test";
/// Tuesday, 15:00 in Madrid.
pub const TUESDAY_AT_3: &str = "2026-11-24T15:00:00+01:00";
pub const TUESDAY_AT_4: &str = "2026-11-24T16:00:00+01:00";
pub struct Stage {
    pub program: TestProgram,
}

impl Stage {
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, ProgramOptions::default()).await
    }

    pub async fn start_with(engine: Engine, options: ProgramOptions) -> Self {
        let stage = Self {
            program: TestProgram::start_with(engine, options).await,
        };
        stage.add_host(ANNA, "anna").await;
        stage
    }

    /// With Ada's Google account connected, and her busy times read.
    pub async fn connected(engine: Engine) -> Self {
        let stage = Self::start(engine).await;
        stage.connect(ANNA, ADA).await.unwrap();
        stage.work().await;
        stage
    }

    pub fn app(&self) -> &TimeTap {
        &self.program.app
    }

    pub fn google(&self) -> &Control {
        self.program.sandbox.control()
    }

    pub fn now(&self) -> Timestamp {
        self.app().clock.now()
    }

    pub fn advance(&self, seconds: i64) {
        assert!(self.app().clock.advance(SignedDuration::from_secs(seconds)));
    }

    pub async fn add_host(&self, id: Uuid, slug: &str) {
        let mut host = HostScene::new(id, slug);
        host.services[0].questions = serde_json::json!([
            {"id": "level", "label": "Your level", "required": false, "kind": {"type": "line"}},
        ]);
        host.insert(self.app()).await;
    }

    // ---- connecting

    /// The whole way over the consent page, everything ticked.
    pub async fn connect(&self, person: Uuid, account: &str) -> Result<Uuid, FinishConnectError> {
        connect_google(self.app(), person, SESSION, account).await
    }

    /// What comes back from the consent page.
    pub async fn consent(&self, person: Uuid, account: &str, decision: &str, grant: &[&str]) -> ConsentAnswer {
        let page = begin_connect(self.app(), person, SESSION, None).await.unwrap();
        answer_consent(&page, account, decision, grant).await
    }

    pub async fn connection(&self, id: Uuid) -> calendar_connection::Model {
        let found = calendar_connection::Entity::find_by_id(id)
            .one(self.app().db.writer())
            .await;
        found.unwrap().unwrap()
    }

    // ---- booking

    pub async fn book(&self, start: &str) -> Booked {
        let form = BookingForm {
            host_slug: "anna".to_owned(),
            service_slug: "lesson".to_owned(),
            start: start.to_owned(),
            name: "Ben Okafor".to_owned(),
            email: "ben@example.com".to_owned(),
            phone: String::new(),
            time_zone: "America/New_York".to_owned(),
            answers: [("level".to_owned(), "Beginner".to_owned())].into(),
            idempotency_key: self.app().entropy.token(),
        };
        book_session(self.app(), &form, None, "203.0.113.9").await.unwrap()
    }

    pub async fn cancel(&self, booked: &Booked) {
        let anna = Actor::Host { user_id: ANNA };
        cancel_appointment(self.app(), booked.appointment_id, &anna, "")
            .await
            .unwrap();
    }

    pub async fn move_to(&self, booked: &Booked, start: &str) {
        let anna = Actor::Host { user_id: ANNA };
        reschedule_appointment(self.app(), booked.appointment_id, &anna, start, "", "")
            .await
            .unwrap();
    }

    // ---- working

    pub async fn work(&self) -> usize {
        run_due_jobs(self.app()).await.unwrap()
    }

    pub async fn work_after(&self, seconds: i64) -> usize {
        self.advance(seconds);
        self.work().await
    }

    /// Works until the Meet link is there: Google makes it a moment after the event.
    pub async fn work_until_link(&self, booked: &Booked) -> String {
        for _ in 0..60 {
            self.work().await;
            if let Some(link) = self.appointment(booked).await.meet_link {
                return link;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.advance(1);
        }
        panic!("no Meet link: {:?}", self.write(booked).await);
    }

    // ---- looking

    pub async fn appointment(&self, booked: &Booked) -> appointment::Model {
        let found = appointment::Entity::find_by_id(booked.appointment_id)
            .one(self.app().db.writer())
            .await;
        found.unwrap().unwrap()
    }

    pub async fn write(&self, booked: &Booked) -> calendar_write::Model {
        calendar_write::Entity::find()
            .filter(calendar_write::Column::AppointmentId.eq(booked.appointment_id))
            .one(self.app().db.writer())
            .await
            .unwrap()
            .unwrap()
    }

    pub async fn write_state(&self, booked: &Booked) -> String {
        self.write(booked).await.state
    }

    /// The newest job about this booking's calendar.
    pub async fn write_job(&self, booked: &Booked) -> job::Model {
        job::Entity::find()
            .filter(job::Column::SubjectId.eq(self.write(booked).await.id))
            .order_by_desc(job::Column::CreatedAt)
            .order_by_desc(job::Column::Id)
            .one(self.app().db.writer())
            .await
            .unwrap()
            .unwrap()
    }

    /// Mails of a kind, oldest first.
    pub async fn messages(&self, kind: &str) -> Vec<message::Model> {
        message::Entity::find()
            .filter(message::Column::Kind.eq(kind))
            .order_by_asc(message::Column::Audience)
            .order_by_asc(message::Column::CreatedAt)
            .all(self.app().db.writer())
            .await
            .unwrap()
    }

    pub async fn told(&self, booked: &Booked) -> Vec<String> {
        timeline::Entity::find()
            .filter(timeline::Column::AppointmentId.eq(booked.appointment_id))
            .order_by_asc(timeline::Column::Id)
            .all(self.app().db.writer())
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.event)
            .collect()
    }

    /// Events of a calendar that are not deleted.
    pub fn events(&self, calendar: &str) -> Vec<Value> {
        let mut events = self.google().events(calendar).unwrap();
        events.retain(|event| event["status"] != "cancelled");
        events
    }

    pub fn fail(&self, method: &str, fault: FaultKind) -> u64 {
        self.google().add_fault(FaultRule::new(fault).on(method)).unwrap()
    }

    pub fn fail_once(&self, method: &str, fault: FaultKind) {
        self.google()
            .add_fault(FaultRule::new(fault).on(method).times(1))
            .unwrap();
    }

    /// Requests of one kind that changed something.
    pub fn effects(&self, method: &str) -> Vec<LedgerRow> {
        self.google().ledger(&LedgerQuery::method(method).with_effect(true))
    }

    /// Requests of one kind.
    pub fn requests(&self, method: &str) -> usize {
        self.google().count(&LedgerQuery::method(method))
    }
}
