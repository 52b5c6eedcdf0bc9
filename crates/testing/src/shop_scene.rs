//! A house where everything can be bought: lessons, a tutor of two, a party in a room, a camp with seats, a weekly time.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use timetap_core::orders::{CampDays, CampHours, Participant};
use timetap_core::text::{EmailAddress, PersonName, ZoneName};
use timetap_store::UnixMillis;
use timetap_store::entities::{occurrence, recurring_template, room, service, service_room, service_staff};
use timetap_usecases::TimeTap;
use timetap_usecases::orders::{Choice, DraftItem, OrderDraft};
use uuid::Uuid;

use crate::host_scene::HostScene;

/// The house, in Madrid, open every day and all day. Change what a test is about, then [`insert`](Self::insert).
#[derive(Clone, Debug)]
pub struct ShopScene {
    /// On whose page everything is.
    pub anna: HostScene,
    /// Who serves too.
    pub ben: HostScene,
    /// The rooms for parties.
    pub rooms: Vec<Uuid>,
    /// How many seats the camp has.
    pub camp_seats: i64,
    /// The camp's first day.
    pub camp_first: Date,
    /// On how many days in a row it is.
    pub camp_days: u16,
    /// How many places the weekly time has.
    pub weekly_places: i64,
    /// How long one may think before it costs to cancel, in minutes before the beginning.
    pub refund_until_minutes: i64,
}

impl ShopScene {
    /// An hour with Anna, €40.
    pub const LESSON: Uuid = Uuid::from_u128(0x51);
    /// An hour with Anna or Ben, whoever has less to do, €30.
    pub const TUTOR: Uuid = Uuid::from_u128(0x52);
    /// Two hours with Ben in one of the rooms, €120.
    pub const PARTY: Uuid = Uuid::from_u128(0x53);
    /// Days with Anna, €200 a child.
    pub const CAMP: Uuid = Uuid::from_u128(0x54);
    /// Every Wednesday at 17:00 with Ben, €25 a week.
    pub const WEEKLY: Uuid = Uuid::from_u128(0x55);
    /// The camp's occurrence.
    pub const CAMP_RUN: Uuid = Uuid::from_u128(0x56);
    /// The weekly time.
    pub const WEDNESDAYS: Uuid = Uuid::from_u128(0x57);

    /// Two rooms, a camp of three days from 14 December 2026 with five seats, four weekly places.
    pub fn new() -> Self {
        Self {
            anna: HostScene {
                services: Vec::new(),
                ..HostScene::new(Uuid::from_u128(0xa), "anna")
            },
            ben: HostScene {
                display_name: "Ben Ruiz".to_owned(),
                services: Vec::new(),
                ..HostScene::new(Uuid::from_u128(0xb), "ben")
            },
            rooms: vec![Uuid::from_u128(0x61), Uuid::from_u128(0x62)],
            camp_seats: 5,
            camp_first: jiff::civil::date(2026, 12, 14),
            camp_days: 3,
            weekly_places: 4,
            refund_until_minutes: 1440,
        }
    }

    /// Puts all of it into the database.
    ///
    /// # Panics
    /// When the database refuses a row.
    pub async fn insert(&self, app: &TimeTap) {
        self.anna.insert(app).await;
        self.ben.insert(app).await;
        let services = [
            (Self::LESSON, "session", "lesson", "Piano lesson", 60, 4_000),
            (Self::TUTOR, "session", "tutor", "Tutoring", 60, 3_000),
            (Self::PARTY, "party", "party", "Birthday party", 120, 12_000),
            (Self::CAMP, "camp", "camp", "Winter camp", 360, 20_000),
            (Self::WEEKLY, "subscription", "weekly", "Weekly piano", 60, 2_500),
        ];
        for (position, wanted) in (1..).zip(services) {
            self.insert_service(app, position, wanted).await;
        }
        let staff = [
            (Self::TUTOR, self.anna.id, 1),
            (Self::TUTOR, self.ben.id, 2),
            (Self::PARTY, self.ben.id, 1),
        ];
        let on = app.db.writer();
        for (service_id, user_id, position) in staff {
            let row = service_staff::Model {
                service_id,
                user_id,
                position,
            };
            row.into_active_model().insert(on).await.unwrap();
        }
        self.insert_rooms(app).await;
        self.insert_dates(app).await;
    }

    async fn insert_service(
        &self,
        app: &TimeTap,
        position: i64,
        (id, kind, slug, title, minutes, price): (Uuid, &str, &str, &str, i64, i64),
    ) {
        let now = UnixMillis::from(app.clock.now());
        let row = service::Model {
            id,
            host_id: self.anna.id,
            kind: kind.to_owned(),
            slug: slug.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            duration_minutes: minutes,
            price_minor: price,
            currency: "EUR".to_owned(),
            location_kind: "google_meet".to_owned(),
            location_detail: String::new(),
            questions: json!([]),
            refund_until_minutes: self.refund_until_minutes,
            late_refund_percent: 50,
            active: true,
            position,
            created_at: now,
            updated_at: now,
        };
        row.into_active_model().insert(app.db.writer()).await.unwrap();
    }

    async fn insert_rooms(&self, app: &TimeTap) {
        let (on, now) = (app.db.writer(), UnixMillis::from(app.clock.now()));
        for (number, id) in (1..).zip(&self.rooms) {
            let row = room::Model {
                id: *id,
                name: format!("Room {number}"),
                address: "Calle Mayor 1".to_owned(),
                active: true,
                created_at: now,
                updated_at: now,
            };
            row.into_active_model().insert(on).await.unwrap();
            let row = service_room::Model {
                service_id: Self::PARTY,
                room_id: *id,
            };
            row.into_active_model().insert(on).await.unwrap();
        }
    }

    async fn insert_dates(&self, app: &TimeTap) {
        self.insert_camp(app, Self::CAMP_RUN, self.camp_first).await;
        let (on, now) = (app.db.writer(), UnixMillis::from(app.clock.now()));
        let weekly = recurring_template::Model {
            id: Self::WEDNESDAYS,
            service_id: Self::WEEKLY,
            staff_id: self.ben.id,
            room_id: None,
            weekday: 3,
            start_minute: 17 * 60,
            duration_minutes: 60,
            time_zone: "Europe/Madrid".to_owned(),
            first_date: "2026-11-01".to_owned(),
            last_date: None,
            capacity: self.weekly_places,
            active: true,
            planned_until: None,
            created_at: now,
            updated_at: now,
        };
        weekly.into_active_model().insert(on).await.unwrap();
    }

    /// Another date of the camp, as long and with as many seats as the first.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn insert_camp(&self, app: &TimeTap, id: Uuid, first: Date) {
        let (on, now) = (app.db.writer(), UnixMillis::from(app.clock.now()));
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        let (from, until) = CampHours::Day.minutes().unwrap();
        let days = CampDays {
            first,
            days: self.camp_days,
            from,
            until,
        };
        let spans = days.spans(&zone).unwrap();
        let camp = occurrence::Model {
            id,
            service_id: Self::CAMP,
            staff_id: self.anna.id,
            room_id: None,
            template_id: None,
            hours: CampHours::Day.as_str().to_owned(),
            time_zone: "Europe/Madrid".to_owned(),
            first_date: first.to_string(),
            days: i64::from(self.camp_days),
            start_minute: i64::from(from),
            end_minute: i64::from(until),
            starts_at: spans[0].start.into(),
            ends_at: spans[spans.len() - 1].end.into(),
            capacity: self.camp_seats,
            status: "scheduled".to_owned(),
            cancelled_at: None,
            cancelled_by: None,
            cancel_message: None,
            cancel_key: None,
            created_at: now,
            updated_at: now,
        };
        camp.into_active_model().insert(on).await.unwrap();
    }

    /// An order of Dora's, a guest, by a form of its own.
    ///
    /// # Panics
    /// Never: what is parsed is good.
    pub fn draft(&self, app: &TimeTap, items: Vec<DraftItem>) -> OrderDraft {
        OrderDraft {
            user_id: None,
            cart_id: None,
            name: PersonName::parse("Dora Sanz").unwrap(),
            email: EmailAddress::parse("dora@example.com").unwrap(),
            phone: None,
            zone: ZoneName::parse("Europe/Madrid").unwrap(),
            address: None,
            notes: None,
            idempotency_key: app.entropy.token(),
            items,
        }
    }

    /// This service at this start (RFC 3339), with whoever serves it.
    ///
    /// # Panics
    /// Where the start is no instant.
    pub fn at(service_id: Uuid, start: &str) -> DraftItem {
        DraftItem {
            service_id,
            staff_id: None,
            choice: Choice::At(start.parse().unwrap()),
            participants: Vec::new(),
        }
    }

    /// The camp, for children of these names.
    pub fn camp(names: &[&str]) -> DraftItem {
        DraftItem {
            service_id: Self::CAMP,
            staff_id: None,
            choice: Choice::Occurrence(Self::CAMP_RUN),
            participants: children(names),
        }
    }

    /// The weekly time, for people of these names.
    pub fn weekly(names: &[&str]) -> DraftItem {
        DraftItem {
            service_id: Self::WEEKLY,
            staff_id: None,
            choice: Choice::Template(Self::WEDNESDAYS),
            participants: children(names),
        }
    }
}

impl Default for ShopScene {
    fn default() -> Self {
        Self::new()
    }
}

fn children(names: &[&str]) -> Vec<Participant> {
    let child = |name: &&str| Participant {
        name: (*name).to_owned(),
        age: Some(8),
        allergies: Some("nuts".to_owned()),
        ..Participant::default()
    };
    names.iter().map(child).collect()
}
