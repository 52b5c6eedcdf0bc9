//! A host in Madrid with one service, and the customer Ben who wants to book it.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, Set, Statement};
use timetap_core::entropy::Entropy;
use timetap_store::UnixMillis;
use timetap_store::entities::{appointment, busy_interval, calendar_connection, claim, host, job, message, service};
use timetap_testing::{Engine, HostScene, ServiceScene, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::{Actor, BookSessionError, Booked, BookingForm, book_session};
use uuid::Uuid;

pub const HOST: Uuid = Uuid::from_u128(0xa);
pub const OTHER: Uuid = Uuid::from_u128(0xb);
pub const SERVICE: Uuid = Uuid::from_u128(0x5);
/// Tuesday, 15:00 in Madrid. The tests' present is Friday 2026-11-20, 11:00 there.
pub const TUESDAY_AT_3: &str = "2026-11-24T15:00:00+01:00";
pub const TUESDAY_AT_4: &str = "2026-11-24T16:00:00+01:00";

pub struct Stage {
    pub program: TestProgram,
}

/// An id that nothing has yet.
pub fn new_id() -> Uuid {
    Entropy::system().uuid(at("2026-11-20T10:00:00Z"))
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Stage {
    /// Open every day from 09:00 to 17:00, a start every half hour, an hour's notice, two hours' cutoff.
    pub async fn start(engine: Engine) -> Self {
        let stage = Self {
            program: TestProgram::start(engine).await,
        };
        stage.add_host(HOST, "anna", SERVICE).await;
        stage
    }

    pub fn app(&self) -> &TimeTap {
        &self.program.app
    }

    pub fn now(&self) -> Timestamp {
        self.app().clock.now()
    }

    pub fn advance(&self, minutes: i64) {
        assert!(self.app().clock.advance(SignedDuration::from_mins(minutes)));
    }

    pub async fn add_host(&self, id: Uuid, slug: &str, service_id: Uuid) {
        let host = HostScene {
            open: (540, 1020),
            notice_minutes: 60,
            cutoff_minutes: 120,
            services: vec![ServiceScene {
                questions: serde_json::json!([
                    {"id": "level", "label": "Your level", "required": false,
                     "kind": {"type": "choice", "options": ["Beginner", "Advanced"]}},
                ]),
                ..ServiceScene::new(service_id, "lesson")
            }],
            ..HostScene::new(id, slug)
        };
        host.insert(self.app()).await;
    }

    /// Changes the host's row.
    pub async fn change_host(&self, change: impl FnOnce(&mut host::ActiveModel)) {
        let row = host::Entity::find_by_id(HOST)
            .one(self.app().db.writer())
            .await
            .unwrap();
        let mut row = row.unwrap().into_active_model();
        change(&mut row);
        row.update(self.app().db.writer()).await.unwrap();
    }

    /// Changes the service's row.
    pub async fn change_service(&self, change: impl FnOnce(&mut service::ActiveModel)) {
        let row = service::Entity::find_by_id(SERVICE)
            .one(self.app().db.writer())
            .await
            .unwrap();
        let mut row = row.unwrap().into_active_model();
        change(&mut row);
        row.update(self.app().db.writer()).await.unwrap();
    }

    /// Says something in SQL.
    pub async fn execute(&self, sql: &str) {
        let on = self.app().db.writer();
        on.execute_raw(Statement::from_string(on.get_database_backend(), sql))
            .await
            .unwrap();
    }

    /// A connected calendar in this state, last read just now.
    pub async fn connect_calendar(&self, status: &str) -> Uuid {
        let now = UnixMillis::from(self.now());
        let id = new_id();
        let connection = calendar_connection::Model {
            id,
            user_id: HOST,
            provider: "google".to_owned(),
            account_id: id.to_string(),
            account_email: "anna@gmail.test".to_owned(),
            scopes: String::new(),
            status: status.to_owned(),
            access_token_sealed: None,
            access_token_expires_at: None,
            refresh_token_sealed: None,
            token_lease_until: None,
            write_calendar_id: None,
            sync_enabled: true,
            auto_sync: true,
            direction: "both".to_owned(),
            busy_checked_at: Some(now),
            busy_from: None,
            busy_until: None,
            last_success_at: None,
            last_error_code: None,
            last_error: None,
            last_error_at: None,
            created_at: now,
            updated_at: now,
            unknown_events: None,
        };
        connection
            .into_active_model()
            .insert(self.app().db.writer())
            .await
            .unwrap();
        id
    }

    /// Something in that calendar.
    pub async fn add_busy(&self, connection_id: Uuid, start: &str, end: &str) {
        let busy = busy_interval::Model {
            id: new_id(),
            connection_id,
            user_id: HOST,
            calendar_id: "primary".to_owned(),
            starts_at: at(start).into(),
            ends_at: at(end).into(),
        };
        busy.into_active_model().insert(self.app().db.writer()).await.unwrap();
    }

    pub async fn book(&self, start: &str) -> Result<Booked, BookSessionError> {
        book_session(self.app(), &form(start), None, "203.0.113.9").await
    }

    pub async fn appointment(&self, id: Uuid) -> appointment::Model {
        let found = appointment::Entity::find_by_id(id).one(self.app().db.writer()).await;
        found.unwrap().unwrap()
    }

    /// Appointments, claims, jobs, messages.
    pub async fn counts(&self) -> (u64, u64, u64, u64) {
        let on = self.app().db.writer();
        (
            appointment::Entity::find().count(on).await.unwrap(),
            claim::Entity::find().count(on).await.unwrap(),
            job::Entity::find().count(on).await.unwrap(),
            message::Entity::find().count(on).await.unwrap(),
        )
    }

    pub async fn set_service_location(&self, kind: &str, detail: &str) {
        let (kind, detail) = (kind.to_owned(), detail.to_owned());
        self.change_service(|service| {
            service.location_kind = Set(kind);
            service.location_detail = Set(detail);
        })
        .await;
    }
}

/// Ben's form, with a key of its own.
pub fn form(start: &str) -> BookingForm {
    BookingForm {
        host_slug: "anna".to_owned(),
        service_slug: "lesson".to_owned(),
        start: start.to_owned(),
        name: "Ben Okafor".to_owned(),
        email: "Ben@Example.com".to_owned(),
        phone: String::new(),
        time_zone: "America/New_York".to_owned(),
        answers: [("level".to_owned(), "Beginner".to_owned())].into(),
        idempotency_key: format!("form-{}", new_id()),
    }
}

/// Ben, with his link.
pub fn ben(booked: &Booked) -> Actor<'_> {
    Actor::Customer {
        capability: Some(&booked.capability),
        user_id: None,
    }
}

pub const ANNA: Actor<'static> = Actor::Host { user_id: HOST };
