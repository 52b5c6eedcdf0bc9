//! Who comes to a date: the participants with what those who care for them have to know.

use sea_orm::{ConnectionTrait, EntityTrait};
use secrecy::ExposeSecret;
use timetap_core::orders::Participant;
use timetap_core::span::Span;
use timetap_core::text::ZoneName;
use timetap_store::catalogue::call_off::list_date_bookings;
use timetap_store::catalogue::list_dated::list_seated_items;
use timetap_store::entities::{occurrence, order, order_item};
use timetap_store::payments::subscriptions::find_item;
use uuid::Uuid;

use super::date_access::find_date_for;
use super::list_dates::Names;
use crate::hosts::works_for;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What one order brings to the date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterEntry {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Who booked.
    pub customer_name: String,
    /// Where they are reached.
    pub customer_email: String,
    /// Their number.
    pub customer_phone: Option<String>,
    /// Special instructions of the order.
    pub notes: Option<String>,
    /// Who comes.
    pub participants: Vec<Participant>,
}

/// A date with everybody who comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// The service's title.
    pub title: String,
    /// The service.
    pub service_id: Uuid,
    /// On whose page the service is.
    pub host_id: Uuid,
    /// Whether the reader may act for that host, so that the service's other dates are theirs to see.
    pub sees_dates: bool,
    /// From the first beginning to the last end.
    pub span: Span,
    /// The zone it is meant in.
    pub zone: ZoneName,
    /// Who serves.
    pub staff: String,
    /// The room.
    pub room: Option<String>,
    /// How many seats there are.
    pub seats: i64,
    /// Who has booked, in the order of booking.
    pub entries: Vec<RosterEntry>,
}

/// The roster of a date, for the host of its service and who serves there, their managers, and administrators; `None` for
/// everybody else. What is private about participants is opened here alone.
///
/// # Errors
/// The database refuses, or something sealed cannot be opened.
pub async fn load_roster(app: &TimeTap, user_id: Uuid, occurrence_id: Uuid) -> Result<Option<Roster>, Unexpected> {
    let on = app.db.reader();
    let Some((date, service)) = find_date_for(on, user_id, occurrence_id).await? else {
        return Ok(None);
    };
    let mut entries = Vec::new();
    for item in booked_items(on, &date).await? {
        let Some(order) = order::Entity::find_by_id(item.order_id).one(on).await? else {
            continue;
        };
        let participants = match &item.participants_sealed {
            None => Vec::new(),
            Some(sealed) => {
                let opened = app.keys.open(sealed, "order_items.participants_sealed", item.id)?;
                serde_json::from_str(opened.expose_secret())
                    .map_err(|_| Unexpected::Inconsistent(format!("participants of item {}", item.id)))?
            }
        };
        entries.push(RosterEntry {
            order_id: order.id,
            order_number: order.number,
            customer_name: order.customer_name,
            customer_email: order.customer_email,
            customer_phone: order.customer_phone,
            notes: order.notes,
            participants,
        });
    }
    let names = Names::load(app, app.clock.now()).await?;
    Ok(Some(Roster {
        title: service.title,
        service_id: service.id,
        host_id: service.host_id,
        sees_dates: works_for(on, user_id, &[service.host_id]).await?,
        span: Span {
            start: date.starts_at.timestamp(),
            end: date.ends_at.timestamp(),
        },
        zone: ZoneName::parse(&date.time_zone)
            .map_err(|_| Unexpected::Inconsistent(format!("occurrences.time_zone of {}", date.id)))?,
        staff: names.staff(date.staff_id),
        room: names.room(date.room_id),
        seats: date.capacity,
        entries,
    }))
}

/// The items that are booked for good on the date: with a seat of its own, or with a place in its weekly time, as long as that
/// week stands.
async fn booked_items(
    on: &impl ConnectionTrait,
    date: &occurrence::Model,
) -> Result<Vec<order_item::Model>, Unexpected> {
    if date.template_id.is_none() {
        return Ok(list_seated_items(on, date.id).await?);
    }
    let mut items = Vec::new();
    for week in list_date_bookings(on, date).await? {
        if let Some(id) = week.order_item_id.filter(|_| week.status == "scheduled") {
            items.extend(find_item(on, id).await?);
        }
    }
    Ok(items)
}
