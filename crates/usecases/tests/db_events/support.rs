//! A shop whose people have accounts and calendars: Anna and Ben serve, Mona is their manager, Olga runs it, Dora buys.

use std::ops::Deref;
use std::time::Duration;

use jiff::SignedDuration;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::Value;
use timetap_core::text::{EmailAddress, PhoneNumber};
use timetap_sandbox::{Control, LedgerQuery, LedgerRow, MailFilter, MailView, NewAccount, Origin};
use timetap_store::entities::{appointment, calendar_write, order, order_item, user};
use timetap_testing::{Engine, OpenShop, book_order, connect_google};
use timetap_usecases::calendars::want_events;
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::orders::{DraftItem, OrderDraft, Placed, place_order};
use uuid::Uuid;

pub const ANNA: Uuid = Uuid::from_u128(0xa);
pub const BEN: Uuid = Uuid::from_u128(0xb);
pub const MONA: Uuid = Uuid::from_u128(0xc);
pub const OLGA: Uuid = Uuid::from_u128(0xd);
pub const DORA: Uuid = Uuid::from_u128(0xe);
/// Who has a connected calendar has it under this address.
pub const ACCOUNTS: [(Uuid, &str); 5] = [
    (ANNA, "anna@sandbox.test"),
    (BEN, "ben@sandbox.test"),
    (MONA, "mona@sandbox.test"),
    (OLGA, "olga@sandbox.test"),
    (DORA, "dora@sandbox.test"),
];
pub const DORAS_MAIL: &str = "dora@example.com";
/// Tuesday in Madrid. The tests' present is Friday 2026-11-20, 11:00 there.
pub const TUESDAY_AT_10: &str = "2026-11-24T10:00:00+01:00";
const SESSION: Uuid = Uuid::from_u128(0x5e);

pub struct Stage {
    shop: OpenShop,
}

impl Deref for Stage {
    type Target = OpenShop;

    fn deref(&self) -> &OpenShop {
        &self.shop
    }
}

impl Stage {
    /// With everybody's account, and nobody's calendar.
    pub async fn open(engine: Engine) -> Self {
        let stage = Self {
            shop: OpenShop::open(engine).await,
        };
        stage.add_person(MONA, "Mona Vidal", "manager").await;
        stage.add_person(OLGA, "Olga Rey", "admin").await;
        stage.add_person(DORA, "Dora Sanz", "customer").await;
        for staff in [ANNA, BEN] {
            stage
                .change_person(staff, |person| {
                    person.manager_id = Set(Some(MONA));
                    person.phone = Set(Some("+34 600 300 400".to_owned()));
                })
                .await;
        }
        stage
            .change_person(OLGA, |person| person.wants_all_events = Set(true))
            .await;
        for (_, account) in ACCOUNTS {
            let new = NewAccount {
                email: account.to_owned(),
                name: account.split('@').next().unwrap().to_owned(),
                meet: true,
            };
            // Ben is one of those whom a fresh sandbox knows.
            let _ = stage.google().add_account(&new);
        }
        // Google makes Meet links by its own clock, which goes on while that of the tests stands still.
        let at_once = timetap_sandbox::FaultRule::new(timetap_sandbox::FaultKind::ConferenceDelayMs { ms: 0 });
        stage.google().add_fault(at_once).unwrap();
        stage
    }

    /// The same, with these people's calendars connected.
    pub async fn connected(engine: Engine, people: &[Uuid]) -> Self {
        let stage = Self::open(engine).await;
        for person in people {
            stage.connect(*person).await;
        }
        stage.work().await;
        stage
    }

    pub fn google(&self) -> &Control {
        self.program.sandbox.control()
    }

    pub async fn connect(&self, person: Uuid) -> Uuid {
        connect_google(self.app(), person, SESSION, account(person))
            .await
            .unwrap()
    }

    async fn add_person(&self, id: Uuid, name: &str, role: &str) {
        let now = self.app().clock.now();
        let row = user::Model {
            id,
            email: account(id).to_owned(),
            email_key: account(id).to_owned(),
            name: name.to_owned(),
            role: role.to_owned(),
            manager_id: None,
            phone: None,
            wants_all_events: false,
            password_hash: None,
            email_verified_at: Some(now.into()),
            disabled_at: None,
            created_at: now.into(),
            updated_at: now.into(),
        };
        row.into_active_model().insert(self.app().db.writer()).await.unwrap();
    }

    pub async fn change_person(&self, id: Uuid, change: impl FnOnce(&mut user::ActiveModel)) {
        let on = self.app().db.writer();
        let mut row = user::Entity::find_by_id(id)
            .one(on)
            .await
            .unwrap()
            .unwrap()
            .into_active_model();
        change(&mut row);
        row.update(on).await.unwrap();
    }

    /// Dora's order of these, with her account.
    pub fn draft(&self, items: Vec<DraftItem>) -> OrderDraft {
        OrderDraft {
            user_id: Some(DORA),
            email: EmailAddress::parse(DORAS_MAIL).unwrap(),
            phone: Some(PhoneNumber::parse("+34 600 100 200").unwrap()),
            notes: Some("Ring twice.".to_owned()),
            ..self.scene.draft(self.app(), items)
        }
    }

    pub async fn place(&self, draft: &OrderDraft) -> Placed {
        place_order(self.app(), draft).await.unwrap()
    }

    /// Orders and pays.
    pub async fn buy(&self, draft: &OrderDraft) -> Vec<appointment::Model> {
        let placed = self.place(draft).await;
        book_order(self.app(), placed.order_id).await
    }

    /// Gives the appointment to another one of the staff.
    pub async fn hand_over(&self, appointment: &mut appointment::Model, to: Uuid) {
        let txn = self.app().db.begin().await.unwrap();
        let mut row = appointment.clone().into_active_model();
        row.host_id = Set(to);
        *appointment = row.update(&txn).await.unwrap();
        want_events(&txn, self.app(), appointment, true).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// Moves the appointment, whatever else is at that time.
    pub async fn move_to(&self, appointment: &appointment::Model, start: &str) {
        let txn = self.app().db.begin().await.unwrap();
        let row = appointment::Entity::find_by_id(appointment.id)
            .one(&txn)
            .await
            .unwrap()
            .unwrap();
        let start: jiff::Timestamp = start.parse().unwrap();
        let lasts = row.ends_at.timestamp().duration_since(row.starts_at.timestamp());
        let mut row = row.into_active_model();
        row.starts_at = Set(start.into());
        row.ends_at = Set((start + lasts).into());
        let row = row.update(&txn).await.unwrap();
        want_events(&txn, self.app(), &row, true).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// The order of an appointment.
    pub async fn order_of(&self, appointment: &appointment::Model) -> order::Model {
        let on = self.app().db.writer();
        let item = order_item::Entity::find_by_id(appointment.order_item_id.unwrap())
            .one(on)
            .await
            .unwrap()
            .unwrap();
        self.order(item.order_id).await
    }

    // ---- working

    pub async fn work(&self) {
        run_due_jobs(self.app()).await.unwrap();
    }

    pub async fn work_after(&self, seconds: i64) {
        assert!(self.app().clock.advance(SignedDuration::from_secs(seconds)));
        self.work().await;
    }

    /// Until nothing is left to do: Meet links are followed, mails that wait go out.
    pub async fn work_it_all(&self) {
        for _ in 0..8 {
            self.work_after(5).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    // ---- looking

    /// The rows of an appointment: whose, as whom, how they stand.
    pub async fn rows(&self, appointment: &appointment::Model) -> Vec<(Uuid, String, String)> {
        let rows = calendar_write::Entity::find()
            .filter(calendar_write::Column::AppointmentId.eq(appointment.id))
            .order_by_asc(calendar_write::Column::UserId)
            .all(self.app().db.writer())
            .await
            .unwrap();
        rows.into_iter().map(|row| (row.user_id, row.role, row.state)).collect()
    }

    pub async fn appointment(&self, id: Uuid) -> appointment::Model {
        let found = appointment::Entity::find_by_id(id).one(self.app().db.writer()).await;
        found.unwrap().unwrap()
    }

    /// Events that TimeTap put into this person's calendar and that are not deleted, by their start.
    pub fn events(&self, person: Uuid) -> Vec<Value> {
        let mut events = self.google().events(account(person)).unwrap_or_default();
        events.retain(|event| {
            event["status"] != "cancelled" && event["extendedProperties"]["private"]["timetap_write"].is_string()
        });
        events.sort_by_key(|event| event["start"].to_string());
        events
    }

    /// The one event.
    pub fn event(&self, person: Uuid) -> Value {
        let events = self.events(person);
        assert_eq!(events.len(), 1, "{person}: {events:#?}");
        events.into_iter().next().unwrap()
    }

    /// Requests of one kind that changed something.
    pub fn effects(&self, method: &str) -> Vec<LedgerRow> {
        self.google().ledger(&LedgerQuery::method(method).with_effect(true))
    }

    /// Google's own invitations, updates and cancellations.
    pub fn google_mails(&self) -> Vec<String> {
        let filter = MailFilter {
            origin: Some(Origin::Google),
            ..MailFilter::default()
        };
        let mails = self.google().mails(&filter);
        mails.into_iter().map(|mail| mail.content.subject).collect()
    }

    /// The mails that TimeTap sent to this address, oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<MailView> {
        let filter = MailFilter {
            origin: Some(Origin::Smtp),
            ..MailFilter::to(address)
        };
        let mut mails = self.google().mails(&filter);
        mails.reverse();
        mails
    }
}

/// The address of a person's account at Google.
pub fn account(person: Uuid) -> &'static str {
    ACCOUNTS.iter().find(|(id, _)| *id == person).unwrap().1
}
