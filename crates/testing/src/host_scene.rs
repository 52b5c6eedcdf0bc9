//! A host who can be booked, put into the database as the set-up pages would leave it.

use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::{Value, json};
use timetap_store::UnixMillis;
use timetap_store::entities::{host, schedule_window, service, user};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::BookingForm;
use uuid::Uuid;

/// A host in Madrid who gives piano lessons of an hour over Google Meet. Change what a test is about, then
/// [`insert`](Self::insert).
#[derive(Clone, Debug)]
pub struct HostScene {
    /// The user's id.
    pub id: Uuid,
    /// The page's address.
    pub slug: String,
    /// The account's e-mail address.
    pub email: String,
    /// The name on the page.
    pub display_name: String,
    /// The IANA zone of the hours.
    pub time_zone: String,
    /// From which minute of every day to which one can book; 0 to 1440 is the whole day.
    pub open: (i64, i64),
    /// Minutes from one start to the next.
    pub interval_minutes: i64,
    /// Minutes between now and the first start.
    pub notice_minutes: i64,
    /// Minutes before the start after which customers can no longer change a booking.
    pub cutoff_minutes: i64,
    /// Minutes kept free before and after.
    pub buffers: (i64, i64),
    /// The services.
    pub services: Vec<ServiceScene>,
}

/// Something that a [`HostScene`] offers.
#[derive(Clone, Debug)]
pub struct ServiceScene {
    /// The service's id.
    pub id: Uuid,
    /// Its part of the address.
    pub slug: String,
    /// How long it takes.
    pub duration_minutes: i64,
    /// What is asked when booking.
    pub questions: Value,
}

impl ServiceScene {
    /// An hour, nothing asked.
    pub fn new(id: Uuid, slug: &str) -> Self {
        Self {
            id,
            slug: slug.to_owned(),
            duration_minutes: 60,
            questions: json!([]),
        }
    }
}

impl HostScene {
    /// Open every day and all day, no notice, no cutoff, a start every half hour, one service called `lesson`.
    pub fn new(id: Uuid, slug: &str) -> Self {
        Self {
            id,
            slug: slug.to_owned(),
            email: format!("{slug}@timetap.test"),
            display_name: "Anna Lind".to_owned(),
            time_zone: "Europe/Madrid".to_owned(),
            open: (0, 1440),
            interval_minutes: 30,
            notice_minutes: 0,
            cutoff_minutes: 0,
            buffers: (0, 0),
            services: vec![ServiceScene::new(
                Uuid::from_u128(id.as_u128() ^ 0x5e55_1077 << 64),
                "lesson",
            )],
        }
    }

    /// Puts account, profile, hours and services into the database.
    ///
    /// # Panics
    /// When the database refuses a row.
    pub async fn insert(&self, app: &TimeTap) {
        let on = app.db.writer();
        let now = UnixMillis::from(app.clock.now());
        let new_id = || app.entropy.uuid(Timestamp::from(now));
        let account = user::Model {
            id: self.id,
            email: self.email.clone(),
            email_key: self.email.clone(),
            name: self.slug.clone(),
            role: "staff".to_owned(),
            manager_id: None,
            phone: None,
            wants_all_events: false,
            password_hash: None,
            email_verified_at: Some(now),
            disabled_at: None,
            created_at: now,
            updated_at: now,
        };
        account.into_active_model().insert(on).await.unwrap();
        let profile = host::Model {
            user_id: self.id,
            slug: self.slug.clone(),
            display_name: self.display_name.clone(),
            time_zone: self.time_zone.clone(),
            about: String::new(),
            phone: None,
            buffer_before_minutes: self.buffers.0,
            buffer_after_minutes: self.buffers.1,
            minimum_notice_minutes: self.notice_minutes,
            horizon_days: 60,
            slot_interval_minutes: self.interval_minutes,
            daily_limit: None,
            change_cutoff_minutes: self.cutoff_minutes,
            when_calendar_unknown: "offer".to_owned(),
            created_at: now,
            updated_at: now,
        };
        profile.into_active_model().insert(on).await.unwrap();
        for weekday in 1..=7 {
            let window = schedule_window::Model {
                id: new_id(),
                host_id: self.id,
                weekday,
                start_minute: self.open.0,
                end_minute: self.open.1,
            };
            window.into_active_model().insert(on).await.unwrap();
        }
        for (position, offered) in (1..).zip(&self.services) {
            let row = service::Model {
                id: offered.id,
                host_id: self.id,
                kind: "session".to_owned(),
                slug: offered.slug.clone(),
                title: "Piano lesson".to_owned(),
                description: String::new(),
                duration_minutes: offered.duration_minutes,
                price_minor: 0,
                currency: "EUR".to_owned(),
                location_kind: "google_meet".to_owned(),
                location_detail: String::new(),
                questions: offered.questions.clone(),
                refund_until_minutes: 1440,
                late_refund_percent: 0,
                active: true,
                position,
                created_at: now,
                updated_at: now,
            };
            row.into_active_model().insert(on).await.unwrap();
        }
    }

    /// Ben's form for this start (RFC 3339), with an idempotency key of its own.
    ///
    /// # Panics
    /// For a host without a service.
    pub fn form(&self, app: &TimeTap, start: &str) -> BookingForm {
        BookingForm {
            host_slug: self.slug.clone(),
            service_slug: self.services[0].slug.clone(),
            start: start.to_owned(),
            name: "Ben Okafor".to_owned(),
            email: "ben@example.com".to_owned(),
            phone: String::new(),
            time_zone: "America/New_York".to_owned(),
            answers: [].into(),
            idempotency_key: app.entropy.token(),
        }
    }
}
