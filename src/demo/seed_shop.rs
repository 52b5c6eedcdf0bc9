//! What can be bought in the demo: lessons, a party in a room, a camp with seats, a weekly time. All of it goes through the
//! forms' own use cases, so that a date takes the time of who serves it as everywhere.

use anyhow::Context;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use timetap_core::orders::{CampHours, ServiceKind};
use timetap_store::catalogue::rooms::upsert_room;
use timetap_store::entities::room;
use timetap_usecases::TimeTap;
use timetap_usecases::catalogue::{OccurrenceForm, TemplateForm, add_occurrence, add_template};
use timetap_usecases::hosts::{ServiceForm, save_service};
use uuid::Uuid;

const ZONE: &str = "Europe/Madrid";
const ADDRESS: &str = "Calle de la Luna 12, Madrid";
/// The camp's dates: in so many weeks, for so many days, with so many seats.
const CAMPS: [(i64, u16, u16); 3] = [(3, 3, 12), (5, 3, 2), (8, 1, 8)];
/// The choir's times: the day of the week, 1 for Monday, and when.
const CHOIR: [(&str, &str); 2] = [("3", "17:00"), ("5", "16:30")];

/// A service with a price.
struct Ware {
    kind: ServiceKind,
    slug: &'static str,
    title: &'static str,
    description: &'static str,
    minutes: &'static str,
    price: &'static str,
    /// The kind of the place.
    place: &'static str,
    /// Whether the host's helpers serve it as well.
    is_shared: bool,
}

const WARES: [Ware; 5] = [
    Ware {
        kind: ServiceKind::Session,
        slug: "piano-lesson",
        title: "Piano lesson at home",
        description: "An hour at your own piano. Beginners and those who come back to it are welcome.",
        minutes: "60",
        price: "45",
        place: "at_customer",
        is_shared: false,
    },
    Ware {
        kind: ServiceKind::Session,
        slug: "ukulele-lesson",
        title: "Ukulele lesson at home",
        description: "An hour with four strings, for whoever wants to sing along. We bring an instrument for you.",
        minutes: "60",
        price: "45",
        place: "at_customer",
        is_shared: true,
    },
    Ware {
        kind: ServiceKind::Camp,
        slug: "music-camp",
        title: "Music camp",
        description: "Three days of singing, drumming and building instruments, for children from 6 to 12. Lunch is included.",
        minutes: "360",
        price: "180",
        place: "in_person",
        is_shared: false,
    },
    Ware {
        kind: ServiceKind::Party,
        slug: "birthday-party",
        title: "Birthday party",
        description: "Two hours of musical games for up to twelve children, in a room of the house. Bring the cake.",
        minutes: "120",
        price: "140",
        place: "in_person",
        is_shared: false,
    },
    Ware {
        kind: ServiceKind::Subscription,
        slug: "choir",
        title: "Children's choir",
        description: "Every week, and on a stage before the summer.",
        minutes: "60",
        price: "18",
        place: "in_person",
        is_shared: false,
    },
];

/// Puts it on the page of `host_id`, who serves it; what is shared `helpers` serve as well.
///
/// # Errors
/// A use case refused, which says that the demo's own data broke a rule.
pub async fn seed_shop(app: &TimeTap, host_id: Uuid, helpers: &[Uuid]) -> anyhow::Result<()> {
    let now = app.clock.now();
    let today = TimeZone::get(ZONE).context("the demo's zone")?.to_datetime(now).date();
    let rooms = add_rooms(app, now).await?;
    for ware in &WARES {
        let staff = std::iter::once(&host_id).chain(helpers).map(ToString::to_string);
        let form = ServiceForm {
            staff: if ware.is_shared { staff.collect() } else { Vec::new() },
            rooms: if ware.kind == ServiceKind::Party {
                rooms.clone()
            } else {
                Vec::new()
            },
            ..service_form(ware)
        };
        let service_id = save_service(app, host_id, None, form).await?;
        match ware.kind {
            ServiceKind::Camp => {
                let monday = today.nth_weekday(1, Weekday::Monday)?;
                for (weeks, days, seats) in CAMPS {
                    let form = OccurrenceForm {
                        first_date: monday.checked_add(weeks.weeks())?.to_string(),
                        days: days.to_string(),
                        hours: CampHours::Day.as_str().to_owned(),
                        seats: seats.to_string(),
                        ..OccurrenceForm::default()
                    };
                    add_occurrence(app, host_id, service_id, &form).await?;
                }
            }
            ServiceKind::Subscription => {
                for (weekday, from) in CHOIR {
                    let form = TemplateForm {
                        weekday: weekday.to_owned(),
                        from: from.to_owned(),
                        first_date: today.to_string(),
                        seats: "10".to_owned(),
                        ..TemplateForm::default()
                    };
                    add_template(app, host_id, service_id, &form).await?;
                }
            }
            ServiceKind::Session | ServiceKind::Party => {}
        }
    }
    Ok(())
}

/// Two rooms; their ids as a form names them. Nobody who may make rooms is there yet when the demo begins.
async fn add_rooms(app: &TimeTap, now: Timestamp) -> anyhow::Result<Vec<String>> {
    let txn = app.db.begin().await?;
    let mut rooms = Vec::new();
    for name in ["Blue room", "Garden room"] {
        let id = app.entropy.uuid(now);
        rooms.push(id.to_string());
        let room = room::Model {
            id,
            name: name.to_owned(),
            address: ADDRESS.to_owned(),
            active: true,
            created_at: now.into(),
            updated_at: now.into(),
        };
        upsert_room(&txn, room).await?;
    }
    txn.commit().await?;
    Ok(rooms)
}

fn service_form(ware: &Ware) -> ServiceForm {
    ServiceForm {
        kind: ware.kind.as_str().to_owned(),
        price: ware.price.to_owned(),
        currency: "EUR".to_owned(),
        refund_until_hours: "48".to_owned(),
        late_refund_percent: "50".to_owned(),
        title: ware.title.to_owned(),
        slug: ware.slug.to_owned(),
        description: ware.description.to_owned(),
        duration_minutes: ware.minutes.to_owned(),
        location_kind: ware.place.to_owned(),
        location_address: ADDRESS.to_owned(),
        active: true,
        ..ServiceForm::default()
    }
}
