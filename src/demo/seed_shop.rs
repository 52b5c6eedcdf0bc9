//! What can be bought in the demo: a lesson, a party in a room, a camp with seats, a weekly time.

use anyhow::Context;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use timetap_core::orders::{CampDays, CampHours, ServiceKind};
use timetap_store::catalogue::choose_service_people::replace_service_rooms;
use timetap_store::catalogue::insert_dated::{insert_occurrence, insert_template};
use timetap_store::catalogue::rooms::upsert_room;
use timetap_store::entities::{occurrence, recurring_template, room, service};
use timetap_store::hosts::insert_service::insert_service;
use timetap_usecases::TimeTap;
use uuid::Uuid;

const ZONE: &str = "Europe/Madrid";
const ADDRESS: &str = "Calle de la Luna 12, Madrid";

/// A service with a price.
struct Ware {
    kind: ServiceKind,
    slug: &'static str,
    title: &'static str,
    description: &'static str,
    minutes: i64,
    price_minor: i64,
    /// Kind and detail of the place.
    place: (&'static str, &'static str),
}

const WARES: [Ware; 4] = [
    Ware {
        kind: ServiceKind::Session,
        slug: "piano-lesson",
        title: "Piano lesson at home",
        description: "An hour at your own piano. Beginners and those who come back to it are welcome.",
        minutes: 60,
        price_minor: 4_500,
        place: ("at_customer", ""),
    },
    Ware {
        kind: ServiceKind::Camp,
        slug: "music-camp",
        title: "Music camp",
        description: "Three days of singing, drumming and building instruments, for children from 6 to 12. Lunch is included.",
        minutes: 360,
        price_minor: 18_000,
        place: ("in_person", ADDRESS),
    },
    Ware {
        kind: ServiceKind::Party,
        slug: "birthday-party",
        title: "Birthday party",
        description: "Two hours of musical games for up to twelve children, in a room of the house. Bring the cake.",
        minutes: 120,
        price_minor: 14_000,
        place: ("in_person", ADDRESS),
    },
    Ware {
        kind: ServiceKind::Subscription,
        slug: "choir",
        title: "Children's choir",
        description: "Every week, and on a stage before the summer.",
        minutes: 60,
        price_minor: 1_800,
        place: ("in_person", ADDRESS),
    },
];

/// Puts it on the page of `host_id`.
///
/// # Errors
/// The database refused, which says that the demo's own data broke a rule.
pub async fn seed_shop(app: &TimeTap, host_id: Uuid) -> anyhow::Result<()> {
    let now = app.clock.now();
    let zone = TimeZone::get(ZONE).context("the demo's zone")?;
    let today = zone.to_datetime(now).date();
    let txn = app.db.begin().await?;
    for (position, ware) in (10..).zip(&WARES) {
        let row = service_row(app, host_id, position, ware, now);
        let id = row.id;
        insert_service(&txn, row).await?;
        match ware.kind {
            ServiceKind::Party => {
                let mut rooms = Vec::new();
                for name in ["Blue room", "Garden room"] {
                    let room = room::Model {
                        id: app.entropy.uuid(now),
                        name: name.to_owned(),
                        address: ADDRESS.to_owned(),
                        active: true,
                        created_at: now.into(),
                        updated_at: now.into(),
                    };
                    rooms.push(room.id);
                    upsert_room(&txn, room).await?;
                }
                replace_service_rooms(&txn, id, &rooms).await?;
            }
            ServiceKind::Camp => {
                for (weeks, days, seats) in [(3, 3, 12), (5, 3, 2), (8, 1, 8)] {
                    let first = next(today, Weekday::Monday).checked_add(weeks.weeks())?;
                    let row = camp_row(app, host_id, id, &zone, (first, days, seats), now)?;
                    insert_occurrence(&txn, row).await?;
                }
            }
            ServiceKind::Subscription => {
                for (weekday, minute) in [(3, 17 * 60), (5, 16 * 60 + 30)] {
                    let row = weekly_row(app, host_id, id, weekday, minute, today, now);
                    insert_template(&txn, row).await?;
                }
            }
            ServiceKind::Session => {}
        }
    }
    txn.commit().await?;
    Ok(())
}

/// The next day of this name after `day`.
fn next(day: Date, weekday: Weekday) -> Date {
    day.nth_weekday(1, weekday).unwrap_or(day)
}

fn service_row(app: &TimeTap, host_id: Uuid, position: i64, ware: &Ware, now: Timestamp) -> service::Model {
    service::Model {
        id: app.entropy.uuid(now),
        host_id,
        kind: ware.kind.as_str().to_owned(),
        slug: ware.slug.to_owned(),
        title: ware.title.to_owned(),
        description: ware.description.to_owned(),
        duration_minutes: ware.minutes,
        price_minor: ware.price_minor,
        currency: "EUR".to_owned(),
        location_kind: ware.place.0.to_owned(),
        location_detail: ware.place.1.to_owned(),
        questions: serde_json::Value::Array(Vec::new()),
        refund_until_minutes: 48 * 60,
        late_refund_percent: 50,
        active: true,
        position,
        created_at: now.into(),
        updated_at: now.into(),
    }
}

fn camp_row(
    app: &TimeTap,
    staff_id: Uuid,
    service_id: Uuid,
    zone: &TimeZone,
    (first, days, seats): (Date, u16, i64),
    now: Timestamp,
) -> anyhow::Result<occurrence::Model> {
    let hours = CampHours::Day;
    let (from, until) = hours.minutes().context("a camp's hours")?;
    let spans = CampDays {
        first,
        days,
        from,
        until,
    }
    .spans(zone)?;
    let (begin, end) = spans.first().zip(spans.last()).context("a camp's days")?;
    Ok(occurrence::Model {
        id: app.entropy.uuid(now),
        service_id,
        staff_id,
        room_id: None,
        template_id: None,
        hours: hours.as_str().to_owned(),
        time_zone: ZONE.to_owned(),
        first_date: first.to_string(),
        days: i64::from(days),
        start_minute: i64::from(from),
        end_minute: i64::from(until),
        starts_at: begin.start.into(),
        ends_at: end.end.into(),
        capacity: seats,
        status: "scheduled".to_owned(),
        cancelled_at: None,
        cancelled_by: None,
        cancel_message: None,
        cancel_key: None,
        created_at: now.into(),
        updated_at: now.into(),
    })
}

fn weekly_row(
    app: &TimeTap,
    staff_id: Uuid,
    service_id: Uuid,
    weekday: i64,
    start_minute: i64,
    today: Date,
    now: Timestamp,
) -> recurring_template::Model {
    recurring_template::Model {
        id: app.entropy.uuid(now),
        service_id,
        staff_id,
        room_id: None,
        weekday,
        start_minute,
        duration_minutes: 60,
        time_zone: ZONE.to_owned(),
        first_date: today.to_string(),
        last_date: None,
        capacity: 10,
        active: true,
        planned_until: None,
        created_at: now.into(),
        updated_at: now.into(),
    }
}
