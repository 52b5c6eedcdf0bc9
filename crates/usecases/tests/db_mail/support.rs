//! A host in Madrid with a piano lesson, the customer Ben in New York, and the sandbox's mailbox.

use jiff::SignedDuration;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use timetap_providers::google::scopes;
use timetap_sandbox::{Control, FaultKind, FaultRule, MailFilter, MailView, Origin};
use timetap_store::UnixMillis;
use timetap_store::entities::{appointment, calendar_connection, connection_calendar, job, message, service, timeline};
use timetap_testing::{Engine, HostScene, ServiceScene, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::{Actor, Booked, BookingForm, book_session};
use timetap_usecases::jobs::run_due_jobs;
use uuid::Uuid;

pub const HOST: Uuid = Uuid::from_u128(0xa);
pub const SERVICE: Uuid = Uuid::from_u128(0x5);
/// The host's account in the sandbox's Google, and her address here.
pub const ADA: &str = "ada@sandbox.test";
pub const BEN: &str = "ben@example.com";
/// Tuesday in Madrid. The tests' present is Friday 2026-11-20, 11:00 there.
pub const TUESDAY_AT_3: &str = "2026-11-24T15:00:00+01:00";
pub const TUESDAY_AT_4: &str = "2026-11-24T16:00:00+01:00";

pub struct Stage {
    pub program: TestProgram,
}

impl Stage {
    pub async fn start(engine: Engine) -> Self {
        let stage = Self {
            program: TestProgram::start(engine).await,
        };
        stage.add_host().await;
        stage
    }

    /// The same, with Ada's Google Calendar connected.
    pub async fn connected(engine: Engine) -> Self {
        let stage = Self::start(engine).await;
        stage.connect().await;
        // The sandbox makes Meet links by its own clock, which goes on while that of the tests stands still.
        let at_once = FaultRule::new(FaultKind::ConferenceDelayMs { ms: 0 });
        stage.sandbox().add_fault(at_once).unwrap();
        stage
    }

    pub fn app(&self) -> &TimeTap {
        &self.program.app
    }

    fn new_id(&self) -> Uuid {
        self.app().entropy.uuid(self.app().clock.now())
    }

    pub fn sandbox(&self) -> &Control {
        self.program.sandbox.control()
    }

    async fn add_host(&self) {
        let host = HostScene {
            email: ADA.to_owned(),
            display_name: "Ada Fern".to_owned(),
            open: (540, 1020),
            notice_minutes: 60,
            cutoff_minutes: 120,
            services: vec![ServiceScene {
                questions: serde_json::json!([
                    {"id": "wish", "label": "Your wishes", "required": false, "kind": {"type": "block"}},
                ]),
                ..ServiceScene::new(SERVICE, "lesson")
            }],
            ..HostScene::new(HOST, "ada")
        };
        host.insert(self.app()).await;
    }

    /// Connects Ada's account at the sandbox's Google, with her own calendar for new events.
    pub async fn connect(&self) {
        let (app, on) = (self.app(), self.app().db.writer());
        let now = UnixMillis::from(app.clock.now());
        let granted = [
            scopes::CALENDAR_EVENTS,
            scopes::CALENDAR_FREEBUSY,
            scopes::CALENDAR_LIST_READONLY,
            scopes::OPENID,
            scopes::EMAIL,
        ]
        .join(" ");
        let tokens = self.sandbox().grant_tokens(ADA, &granted).unwrap();
        let id = self.new_id();
        let seal = |token: &str, column: &str| {
            let place = format!("calendar_connections.{column}");
            let sealed = app.keys.seal(&token.to_owned().into(), &place, id, &app.entropy);
            Some(sealed.unwrap())
        };
        let connection = calendar_connection::Model {
            id,
            user_id: HOST,
            provider: "google".to_owned(),
            account_id: ADA.to_owned(),
            account_email: ADA.to_owned(),
            scopes: granted,
            status: "active".to_owned(),
            access_token_sealed: seal(&tokens.access_token, "access_token_sealed"),
            access_token_expires_at: Some(UnixMillis(now.0 + 3_000_000)),
            refresh_token_sealed: seal(&tokens.refresh_token, "refresh_token_sealed"),
            token_lease_until: None,
            write_calendar_id: Some(ADA.to_owned()),
            sync_enabled: true,
            auto_sync: true,
            direction: "both".to_owned(),
            busy_checked_at: None,
            busy_from: None,
            busy_until: None,
            last_success_at: Some(now),
            last_error_code: None,
            last_error: None,
            last_error_at: None,
            created_at: now,
            updated_at: now,
            unknown_events: None,
        };
        connection.into_active_model().insert(on).await.unwrap();
        let calendar = connection_calendar::Model {
            connection_id: id,
            calendar_id: ADA.to_owned(),
            summary: "Ada Fern".to_owned(),
            is_primary: true,
            writable: true,
            makes_meet_links: true,
            check_busy: true,
            last_error_code: None,
        };
        calendar.into_active_model().insert(on).await.unwrap();
    }

    pub async fn change_service(&self, change: impl FnOnce(&mut service::ActiveModel)) {
        let on = self.app().db.writer();
        let row = service::Entity::find_by_id(SERVICE).one(on).await.unwrap();
        let mut row = row.unwrap().into_active_model();
        change(&mut row);
        row.update(on).await.unwrap();
    }

    pub async fn set_place(&self, kind: &str, detail: &str) {
        let (kind, detail) = (kind.to_owned(), detail.to_owned());
        self.change_service(|service| {
            service.location_kind = Set(kind);
            service.location_detail = Set(detail);
        })
        .await;
    }

    pub async fn book(&self, start: &str) -> Booked {
        let form = form(start, format!("form-{}", self.new_id()));
        book_session(self.app(), &form, None, "203.0.113.9").await.unwrap()
    }

    /// Does everything that is due now.
    pub async fn work(&self) {
        run_due_jobs(self.app()).await.unwrap();
    }

    /// Lets time pass, then does everything that is due.
    pub async fn work_after(&self, seconds: i64) {
        assert!(self.app().clock.advance(SignedDuration::from_secs(seconds)));
        self.work().await;
    }

    /// Lets an hour pass in steps, so that everything that was put off is done, however often.
    pub async fn work_for_an_hour(&self) {
        for _ in 0..60 {
            self.work_after(60).await;
        }
    }

    /// The mails that TimeTap sent to this address, oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<MailView> {
        let filter = MailFilter {
            origin: Some(Origin::Smtp),
            ..MailFilter::to(address)
        };
        let mut mails = self.sandbox().mails(&filter);
        mails.reverse();
        mails
    }

    /// The one mail that TimeTap sent to this address.
    pub fn mail_to(&self, address: &str) -> MailView {
        let mails = self.mails_to(address);
        let subjects: Vec<_> = mails.iter().map(|mail| &mail.content.subject).collect();
        assert_eq!(mails.len(), 1, "{address}: {subjects:?}");
        mails.into_iter().next().unwrap()
    }

    pub fn subjects_to(&self, address: &str) -> Vec<String> {
        self.mails_to(address)
            .into_iter()
            .map(|mail| mail.content.subject)
            .collect()
    }

    pub fn forget_mails(&self) {
        self.sandbox().clear_mails();
    }

    pub fn break_mail(&self, fault: FaultKind, recipient: Option<&str>, times: Option<u32>) {
        let mut rule = FaultRule::new(fault);
        rule.matching.account = recipient.map(str::to_owned);
        rule.times = times;
        self.sandbox().add_fault(rule).unwrap();
    }

    pub async fn appointment(&self, id: Uuid) -> appointment::Model {
        let found = appointment::Entity::find_by_id(id).one(self.app().db.writer()).await;
        found.unwrap().unwrap()
    }

    pub async fn change_appointment(&self, id: Uuid, change: impl FnOnce(&mut appointment::ActiveModel)) {
        let mut row = self.appointment(id).await.into_active_model();
        change(&mut row);
        row.update(self.app().db.writer()).await.unwrap();
    }

    /// The row of the mail of this kind to this audience.
    pub async fn message(&self, kind: &str, audience: &str) -> message::Model {
        let found = message::Entity::find()
            .filter(message::Column::Kind.eq(kind))
            .filter(message::Column::Audience.eq(audience))
            .one(self.app().db.writer())
            .await;
        found
            .unwrap()
            .unwrap_or_else(|| panic!("no {kind} for {audience} is owed"))
    }

    pub async fn job_of(&self, message: &message::Model) -> job::Model {
        let found = job::Entity::find()
            .filter(job::Column::SubjectId.eq(message.id))
            .one(self.app().db.writer())
            .await;
        found.unwrap().unwrap()
    }

    pub async fn timeline(&self) -> Vec<String> {
        let rows = timeline::Entity::find().all(self.app().db.writer()).await.unwrap();
        rows.into_iter().map(|row| row.text).collect()
    }
}

fn form(start: &str, idempotency_key: String) -> BookingForm {
    BookingForm {
        host_slug: "ada".to_owned(),
        service_slug: "lesson".to_owned(),
        start: start.to_owned(),
        name: "Ben Okafor".to_owned(),
        email: BEN.to_owned(),
        phone: String::new(),
        time_zone: "America/New_York".to_owned(),
        answers: [("wish".to_owned(), "Bach,\nand a <b>waltz</b>".to_owned())].into(),
        idempotency_key,
    }
}

/// Ben, with his link.
pub fn ben(booked: &Booked) -> Actor<'_> {
    Actor::Customer {
        capability: Some(&booked.capability),
        user_id: None,
    }
}

pub const AS_ADA: Actor<'static> = Actor::Host { user_id: HOST };

/// The plain text, with the line ends of this machine.
pub fn text(mail: &MailView) -> String {
    mail.content.text.as_deref().unwrap().replace("\r\n", "\n")
}

pub fn html(mail: &MailView) -> String {
    mail.content.html.as_deref().unwrap().replace("\r\n", "\n")
}

/// The calendar entry of a mail: once inline and once as a file, both the same. `None` where it carries none.
pub fn entry(mail: &MailView) -> Option<Entry> {
    let parts = &mail.content.parts;
    if parts.is_empty() {
        return None;
    }
    assert_eq!(parts.len(), 2, "{parts:?}");
    let inline = parts[0].text.clone().unwrap();
    assert!(
        parts[0].content_type.starts_with("text/calendar; method="),
        "{}",
        parts[0].content_type
    );
    assert!(
        parts[1].content_type.starts_with("application/ics"),
        "{}",
        parts[1].content_type
    );
    assert_eq!(parts[1].name.as_deref(), Some("invite.ics"));
    let entry = Entry(inline.replace("\r\n ", ""));
    assert!(
        parts[0]
            .content_type
            .contains(&format!("method={}", entry.get("METHOD"))),
        "the type and the entry name one method: {}",
        parts[0].content_type
    );
    Some(entry)
}

/// An iCalendar text, unfolded.
#[derive(Debug)]
pub struct Entry(pub String);

impl Entry {
    /// The value of a property that stands there once.
    pub fn get(&self, name: &str) -> &str {
        let mut values = self.0.lines().filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            if rest.starts_with(':') || rest.starts_with(';') {
                rest.split_once(':').map(|(_, value)| value)
            } else {
                None
            }
        });
        let value = values
            .next()
            .unwrap_or_else(|| panic!("{name} is missing in {}", self.0));
        assert!(values.next().is_none(), "{name} stands there twice");
        value
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.lines().any(|line| line.starts_with(name))
    }
}
