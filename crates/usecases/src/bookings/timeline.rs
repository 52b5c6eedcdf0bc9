//! What a host reads about a booking's past, one sentence each.

use sea_orm::ConnectionTrait;
use timetap_core::span::Span;
use timetap_core::times::format_when;
use timetap_store::bookings::append_timeline::{TimelineEntry, append_timeline};
use timetap_store::entities::appointment;

use super::load_slot_inputs::zone_of;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Notes on the open transaction that something happened to the appointment now.
pub(crate) async fn note(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment: &appointment::Model,
    actor: &'static str,
    event: &'static str,
    text: String,
) -> Result<(), Unexpected> {
    append_timeline(on, entry(app, appointment, actor, event, text), app.clock.now()).await?;
    Ok(())
}

/// A new entry of the appointment's timeline.
pub(super) fn entry(
    app: &TimeTap,
    appointment: &appointment::Model,
    actor: &'static str,
    event: &'static str,
    text: String,
) -> TimelineEntry {
    TimelineEntry {
        id: app.entropy.uuid(app.clock.now()),
        appointment_id: appointment.id,
        actor,
        event,
        text,
    }
}

/// The appointment's time as its host reads it.
pub(crate) fn host_time(appointment: &appointment::Model) -> Result<String, Unexpected> {
    Ok(format_when(
        span_of(appointment)?,
        &zone_of("appointments.host_time_zone", &appointment.host_time_zone)?,
    ))
}

/// From when until when the appointment lasts.
pub(super) fn span_of(appointment: &appointment::Model) -> Result<Span, Unexpected> {
    Span::new(appointment.starts_at.into(), appointment.ends_at.into())
        .map_err(|error| Unexpected::Inconsistent(format!("appointment {}: {error}", appointment.id)))
}
