//! A booking as its customer sees it, and as its host does.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sea_orm::ConnectionTrait;
use timetap_core::appointment::AppointmentStatus;
use timetap_core::ical::{google_link, outlook_link};
use timetap_core::location::LocationKind;
use timetap_core::questions::Answer;
use timetap_core::span::Span;
use timetap_store::bookings::append_timeline::load_timeline;
use timetap_store::bookings::load_write::load_write;
use timetap_store::entities::{appointment, calendar_write, host, timeline};
use timetap_store::hosts::find_host::find_host;
use timetap_store::hosts::find_service::find_service_row;
use uuid::Uuid;

use super::actor::{Actor, find_booking};
use super::booking_status::{BookingStatus, status_of};
use super::cancel_appointment::{changes_close, host_of, too_late};
use super::capability::capability_for;
use super::invite_file::{customer_event, manage_address};
use super::load_slot_inputs::zone_of;
use super::reschedule_appointment::{minutes_of, takes_a_time};
use super::timeline::span_of;
use crate::calendars::is_by_hand;
use crate::mail::reach_customer;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A booking with everything that stands on its page.
#[derive(Clone, Debug)]
pub struct BookingView {
    /// The appointment.
    pub appointment: appointment::Model,
    /// Who is booked.
    pub host: host::Model,
    /// Where the same can be booked anew; where it is not offered any more, the page that it was on.
    pub again: String,
    /// Whether it takes place at a time of its own, which can be changed: not on dates that stand for everybody.
    pub takes_a_time: bool,
    /// From when until when.
    pub span: Span,
    /// How long, in minutes.
    pub minutes: u16,
    /// Where it stands.
    pub state: AppointmentStatus,
    /// The customer's zone.
    pub customer_zone: TimeZone,
    /// The host's zone.
    pub host_zone: TimeZone,
    /// How they meet.
    pub location: LocationKind,
    /// What was answered.
    pub answers: Vec<Answer>,
    /// How the calendar entry stands.
    pub status: BookingStatus,
    /// The token of the customer's link; empty for the host, whose it is not.
    pub capability: String,
    /// Whether the customer may still move or cancel it.
    pub can_change: bool,
    /// Until when.
    pub changes_close: Timestamp,
    /// Why not, where it is too late.
    pub too_late: Option<String>,
    /// Whether it is over.
    pub is_over: bool,
    /// Adds it to a Google calendar.
    pub google_link: String,
    /// Adds it to an Outlook calendar.
    pub outlook_link: String,
}

/// A booking with what only the host's side sees.
#[derive(Clone, Debug)]
pub struct HostBookingView {
    /// What both see.
    pub booking: BookingView,
    /// What happened, oldest first.
    pub timeline: Vec<timeline::Model>,
    /// Whether it is looked at by who serves it; otherwise by somebody who acts for them.
    pub serves: bool,
    /// The write into the host's calendar, which is for who serves it alone.
    pub write: Option<calendar_write::Model>,
    /// Whether that waits for them to add it by hand.
    pub by_hand: bool,
    /// Why the last mail to the customer was given up, in words; nothing where it got through, or does not matter any more.
    pub mail_given_up: Option<String>,
}

/// The booking, for its customer or host; `None` for everybody else.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn view_booking(app: &TimeTap, id: Uuid, actor: &Actor<'_>) -> Result<Option<BookingView>, Unexpected> {
    let on = app.db.reader();
    let now = app.clock.now();
    let Some(appointment) = find_booking(on, id, actor).await? else {
        return Ok(None);
    };
    let host = host_of(on, &appointment).await?;
    let broken = |what: &str| Unexpected::Inconsistent(format!("appointment {id}: {what}"));
    let event = customer_event(app, &appointment, &host, manage_address(app, &appointment, actor)?)?;
    let span = span_of(&appointment)?;
    let state: AppointmentStatus = appointment.status.parse().map_err(|_| broken("status"))?;
    let too_late = too_late(&appointment, &host, now);
    Ok(Some(BookingView {
        again: where_again(on, &appointment, &host).await?,
        takes_a_time: takes_a_time(&appointment),
        span,
        minutes: minutes_of(&appointment)?,
        state,
        customer_zone: zone_of("appointments.customer_time_zone", &appointment.customer_time_zone)?,
        host_zone: zone_of("appointments.host_time_zone", &appointment.host_time_zone)?,
        location: appointment.location_kind.parse().map_err(|_| broken("location"))?,
        answers: serde_json::from_value(appointment.answers.clone()).map_err(|_| broken("answers"))?,
        status: status_of(on, &appointment, &host).await?,
        capability: capability_for(app, &appointment, actor)?.unwrap_or_default(),
        can_change: state.can_be_changed() && too_late.is_none(),
        changes_close: changes_close(&appointment, &host),
        too_late,
        is_over: span.end <= now,
        google_link: google_link(&event),
        outlook_link: outlook_link(&event),
        host,
        appointment,
    }))
}

/// The public address of what was booked, which may be on the page of somebody else than who serves it.
async fn where_again(
    on: &impl ConnectionTrait,
    appointment: &appointment::Model,
    host: &host::Model,
) -> Result<String, Unexpected> {
    let Some(service) = find_service_row(on, appointment.service_id).await? else {
        return Ok(format!("/{}", host.slug));
    };
    let owner = if service.host_id == host.user_id {
        None
    } else {
        find_host(on, service.host_id).await?
    };
    let page = owner.map_or_else(|| host.slug.clone(), |owner| owner.slug);
    Ok(if service.active {
        format!("/{page}/{}", service.slug)
    } else {
        format!("/{page}")
    })
}

/// The booking for its host, or for whoever may act for them, with its past.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn view_hosted_booking(
    app: &TimeTap,
    id: Uuid,
    user_id: Uuid,
) -> Result<Option<HostBookingView>, Unexpected> {
    let actor = Actor::Host { user_id };
    let Some(booking) = view_booking(app, id, &actor).await? else {
        return Ok(None);
    };
    let on = app.db.reader();
    let mail_given_up = if booking.state == AppointmentStatus::Scheduled && !booking.is_over {
        reach_customer(on, id).await?.given_up
    } else {
        None
    };
    let serves = booking.appointment.host_id == user_id;
    let write = if serves {
        load_write(on, id, user_id).await?
    } else {
        None
    };
    Ok(Some(HostBookingView {
        mail_given_up,
        timeline: load_timeline(on, id).await?,
        serves,
        by_hand: write.as_ref().is_some_and(is_by_hand),
        write,
        booking,
    }))
}
