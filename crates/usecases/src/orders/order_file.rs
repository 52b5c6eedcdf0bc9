//! Everything of an order as one file for any calendar.

use timetap_core::ical::render_all;
use timetap_store::orders::list_orders::list_appointments_of;
use uuid::Uuid;

use super::order_access::{OrderReader, OrderSide, find_order_for};
use crate::bookings::{self, Actor, invite_event};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The `.ics` file of an order with all that is to take place, for its customer; `None` for everybody else, and where there
/// is nothing.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn order_file(app: &TimeTap, id: Uuid, reader: &OrderReader<'_>) -> Result<Option<String>, Unexpected> {
    let on = app.db.reader();
    let found = find_order_for(on, id, reader).await?;
    let Some(found) = found.filter(|found| found.side == OrderSide::Customer) else {
        return Ok(None);
    };
    let items: Vec<Uuid> = found.items.iter().map(|item| item.id).collect();
    let mut events = Vec::new();
    for appointment in list_appointments_of(on, &items).await? {
        if appointment.status != "scheduled" {
            continue;
        }
        let capability = bookings::open_capability(app, &appointment)?;
        let actor = Actor::Customer {
            capability: Some(&capability),
            user_id: None,
        };
        events.push(invite_event(app, &appointment, &actor).await?);
    }
    Ok((!events.is_empty()).then(|| render_all(&events)))
}
