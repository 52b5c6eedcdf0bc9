//! A host's days in a storm, served by several programs on one database; and those days as the database has them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use timetap_core::entropy::Entropy;
use timetap_store::StoreError;
use timetap_store::entities::{appointment, claim};
use timetap_testing::{Engine, HostScene, ServiceScene, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::{BookSessionError, Booked, BookingForm, book_session, offer_month};
use uuid::Uuid;

use super::steps::{GRID, OPEN, Offer};

pub const HOST: Uuid = Uuid::from_u128(0xa);
const SLUGS: [&str; 3] = ["short", "middle", "long"];

/// The place of a storm.
pub struct Field {
    pub program: TestProgram,
    /// The same program several times over, each with connections of its own.
    pub apps: Vec<Arc<TimeTap>>,
    pub offer: Offer,
}

/// From minute to minute, counted from the first day's midnight in the host's zone.
pub type Minutes = (i64, i64);

/// Midnight of the first day, in Madrid.
pub fn midnight() -> Timestamp {
    "2026-11-23T00:00:00+01:00".parse().unwrap()
}

pub fn minute_of(at: Timestamp) -> i64 {
    let since = at.duration_since(midnight());
    assert_eq!(since.as_millis() % 60_000, 0, "{at} is no whole minute");
    since.as_mins()
}

impl Field {
    pub async fn open(engine: Engine, offer: Offer, programs: usize) -> Self {
        let program = TestProgram::start(engine).await;
        let mut apps = vec![program.app.clone()];
        while apps.len() < programs {
            apps.push(Arc::new(program.replica().await));
        }
        let services = SLUGS.iter().zip(offer.durations).zip(1_u128..);
        let services = services.map(|((slug, duration_minutes), number)| ServiceScene {
            duration_minutes,
            ..ServiceScene::new(Uuid::from_u128(number), slug)
        });
        let host = HostScene {
            open: OPEN,
            interval_minutes: GRID,
            buffers: offer.buffers,
            services: services.collect(),
            ..HostScene::new(HOST, "anna")
        };
        host.insert(&program.app).await;
        Self { program, apps, offer }
    }

    /// Somebody whom nobody has seen before books `service` at `start`.
    pub async fn book(&self, app: &TimeTap, service: usize, start: i64) -> Result<Booked, BookSessionError> {
        let nonce = Entropy::system().uuid(Timestamp::UNIX_EPOCH).simple().to_string();
        let form = BookingForm {
            host_slug: "anna".to_owned(),
            service_slug: SLUGS[service].to_owned(),
            start: (midnight() + SignedDuration::from_mins(start)).to_string(),
            name: "Ben Okafor".to_owned(),
            email: format!("{nonce}@example.com"),
            phone: String::new(),
            time_zone: "America/New_York".to_owned(),
            answers: BTreeMap::new(),
            idempotency_key: nonce.clone(),
        };
        // One of the networks of IPv6 for each.
        let network = format!("2001:{}:{}:{}::1", &nonce[20..24], &nonce[24..28], &nonce[28..]);
        book_session(app, &form, None, &network).await
    }

    /// Holds a span past all code of ours, which therefore stands in nobody's line: on PostgreSQL it may be asked to give way
    /// to somebody who waits for it while it waits for them, and comes again after a pause, as the program does: a crowd that came
    /// again at once could do so for as long as somebody else has tries. Returns whether the database allowed it.
    pub async fn hold(&self, app: &TimeTap, span: Minutes, seconds: i64) -> bool {
        let at = |minute| (midnight() + SignedDuration::from_mins(minute)).as_millisecond();
        let now = app.clock.now();
        let on = app.db.writer();
        let statement = Statement::from_sql_and_values(
            on.get_database_backend(),
            "INSERT INTO claims (id, resource_id, starts_at, ends_at, kind, expires_at, created_at) \
             VALUES ($1, $2, $3, $4, 'held', $5, 0)",
            [
                Entropy::system().uuid(now).into(),
                HOST.into(),
                at(span.0).into(),
                at(span.1).into(),
                (now.as_millisecond() + seconds * 1000).into(),
            ],
        );
        let mut tried = 0;
        loop {
            tried += 1;
            match on.execute_raw(statement.clone()).await.map_err(StoreError::from) {
                Ok(_) => return true,
                Err(StoreError::Claimed) => return false,
                Err(error) if error.is_transient() => {
                    let pause = Entropy::system().between(5, 20_i64 << tried.min(6));
                    tokio::time::sleep(Duration::from_millis(pause.unsigned_abs())).await;
                }
                Err(error) => panic!("a hold: {error}"),
            }
        }
    }

    /// With breaks around it.
    pub fn with_buffers(&self, (start, end): Minutes) -> Minutes {
        (start - self.offer.buffers.0, end + self.offer.buffers.1)
    }

    pub async fn appointments(&self) -> Vec<appointment::Model> {
        let on = self.program.app.db.reader();
        appointment::Entity::find().all(on).await.unwrap()
    }

    pub async fn claims(&self) -> Vec<claim::Model> {
        claim::Entity::find().all(self.program.app.db.reader()).await.unwrap()
    }

    /// The spans that stand in the host's time now: all but holds that have run out.
    pub async fn standing(&self) -> Vec<Minutes> {
        let now = self.program.app.clock.now();
        let claims = self.claims().await.into_iter();
        claims
            .filter(|claim| claim.expires_at.is_none_or(|end| end.timestamp() > now))
            .map(|claim| {
                (
                    minute_of(claim.starts_at.timestamp()),
                    minute_of(claim.ends_at.timestamp()),
                )
            })
            .collect()
    }

    /// What `sql` counts.
    pub async fn count(&self, sql: &str) -> i64 {
        let on = self.program.app.db.reader();
        let statement = Statement::from_string(on.get_database_backend(), sql);
        let row = on.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// Every start of the grid.
    pub fn starts(&self) -> Vec<i64> {
        let day = |day: i64| (OPEN.0..OPEN.1).step_by(5).map(move |minute| day * 1440 + minute);
        (0..self.offer.days).flat_map(day).collect()
    }

    /// Whether `service` may start at `start` among what stands, worked out by looking at everything.
    pub fn is_free(&self, standing: &[Minutes], service: usize, start: i64) -> bool {
        let end = start + self.offer.durations[service];
        let (from, to) = self.with_buffers((start, end));
        end - start / 1440 * 1440 <= OPEN.1 && standing.iter().all(|&(begins, ends)| ends <= from || to <= begins)
    }

    /// The starts of `service` that the page offers.
    pub async fn offered(&self, service: usize) -> Vec<i64> {
        let zone = jiff::tz::TimeZone::get("Europe/Madrid").unwrap();
        let minutes = u16::try_from(self.offer.durations[service]).unwrap();
        let month = Some(jiff::civil::date(2026, 11, 1));
        let offer = offer_month(&self.program.app, HOST, minutes, &zone, month, None)
            .await
            .unwrap()
            .unwrap();
        let field = 0..self.offer.days * 1440;
        let starts = offer.slots.iter().map(|slot| minute_of(slot.start));
        starts.filter(|start| field.contains(start)).collect()
    }
}
