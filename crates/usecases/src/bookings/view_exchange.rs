//! What a booking may become, for the page where somebody else is chosen to serve it.

use jiff::tz::TimeZone;
use timetap_core::appointment::AppointmentStatus;
use timetap_core::slots::check_slot;
use timetap_core::span::Span;
use timetap_store::entities::appointment;
use uuid::Uuid;

use super::exchange_choices::{Bought, find_to_exchange, list_possible};
use super::load_slot_inputs::{load_slot_inputs, zone_of};
use super::reschedule_appointment::minutes_of;
use super::timeline::span_of;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A booking and what it may become.
#[derive(Clone, Debug)]
pub struct ExchangeView {
    /// The booking.
    pub appointment: appointment::Model,
    /// From when until when.
    pub span: Span,
    /// The zone of who serves.
    pub zone: TimeZone,
    /// Whether it stands and is not over.
    pub is_open: bool,
    /// The services that it may become, by id and title; what it is already comes first.
    pub services: Vec<(Uuid, String)>,
    /// The order that it belongs to.
    pub order_id: Option<Uuid>,
    /// Whether it was paid for, so that there are refund rules under which it was bought.
    pub is_paid: bool,
    /// Who serves any of them, in order of name.
    pub staff: Vec<Colleague>,
}

/// Somebody who may take a booking over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// The account.
    pub user_id: Uuid,
    /// Their name.
    pub name: String,
    /// Why they cannot; nothing where they are free then, or serve it already.
    pub busy: Option<&'static str>,
}

/// The booking and what it may become, for those who may change that; `None` for everybody else.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn view_exchange(app: &TimeTap, user_id: Uuid, id: Uuid) -> Result<Option<ExchangeView>, Unexpected> {
    let (on, now) = (app.db.reader(), app.clock.now());
    let Some(appointment) = find_to_exchange(on, user_id, id).await? else {
        return Ok(None);
    };
    let bought = Bought::find(on, &appointment).await?;
    let span = span_of(&appointment)?;
    let (mut services, mut staff) = (Vec::new(), Vec::<Colleague>::new());
    for possible in list_possible(on, &appointment, &bought).await? {
        services.push((possible.offer.service.id, possible.offer.service.title));
        for host in possible.staff {
            if staff.iter().any(|known| known.user_id == host.user_id) {
                continue;
            }
            let moment = Span {
                start: span.start,
                end: span.start,
            };
            let mut busy = None;
            if host.user_id != appointment.host_id
                && let Some(mut inputs) = load_slot_inputs(on, app, host.user_id, moment, Some(id)).await?
            {
                inputs.rules.minimum_notice = 0;
                let checked = check_slot(
                    &inputs.rules,
                    &inputs.calendar(),
                    minutes_of(&appointment)?,
                    span.start,
                    now,
                );
                busy = checked.err().map(timetap_core::slots::Refusal::colleague_message);
            }
            staff.push(Colleague {
                user_id: host.user_id,
                name: host.display_name,
                busy,
            });
        }
    }
    staff.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Some(ExchangeView {
        span,
        zone: zone_of("appointments.host_time_zone", &appointment.host_time_zone)?,
        is_open: appointment.status == AppointmentStatus::Scheduled.as_str() && span.end > now,
        order_id: bought.order.as_ref().map(|order| order.id),
        is_paid: bought.item.as_ref().is_some_and(|item| item.unit_minor > 0),
        services,
        staff,
        appointment,
    }))
}
