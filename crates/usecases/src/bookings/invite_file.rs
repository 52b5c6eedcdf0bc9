//! The booking for the customer's own calendar: as a file, and as the event that links are made of.

use timetap_core::event_text::{Manage, SessionText, session_description};
use timetap_core::ical::{IcsEvent, IcsMethod, render};
use timetap_core::questions::Answer;
use timetap_store::entities::{appointment, host};
use uuid::Uuid;

use super::actor::{Actor, find_booking};
use super::cancel_appointment::host_of;
use super::capability::capability_for;
use crate::calendars::event_facts::daily_of;
use crate::mail::customer_uid;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The `.ics` file of a booking, for its customer or host; `None` for everybody else.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn invite_file(app: &TimeTap, id: Uuid, actor: &Actor<'_>) -> Result<Option<String>, Unexpected> {
    let on = app.db.reader();
    let Some(appointment) = find_booking(on, id, actor).await? else {
        return Ok(None);
    };
    Ok(Some(render(&invite_event(app, &appointment, actor).await?)))
}

/// The event of such a file.
pub(crate) async fn invite_event(
    app: &TimeTap,
    appointment: &appointment::Model,
    actor: &Actor<'_>,
) -> Result<IcsEvent, Unexpected> {
    let on = app.db.reader();
    let host = host_of(on, appointment).await?;
    Ok(IcsEvent {
        // The same entry that mails and Google give the customer, so that the calendar has it once.
        uid: customer_uid(on, app, appointment).await?,
        ..customer_event(app, appointment, &host, manage_address(app, appointment, actor)?)?
    })
}

/// Where the one who asks looks after the booking: the customer by the link with the token, the host by a page that needs none.
pub(super) fn manage_address(
    app: &TimeTap,
    appointment: &appointment::Model,
    actor: &Actor<'_>,
) -> Result<String, Unexpected> {
    let id = appointment.id;
    Ok(app.settings.link(&match capability_for(app, appointment, actor)? {
        Some(token) => format!("/bookings/{id}?token={token}"),
        None => format!("/host/bookings/{id}"),
    }))
}

/// The booking as an event of the customer's calendar. Its UID never changes, its sequence grows with every change.
pub(super) fn customer_event(
    app: &TimeTap,
    appointment: &appointment::Model,
    host: &host::Model,
    manage_url: String,
) -> Result<IcsEvent, Unexpected> {
    let answers: Vec<Answer> = serde_json::from_value(appointment.answers.clone())
        .map_err(|_| Unexpected::Inconsistent(format!("appointments.answers of {}", appointment.id)))?;
    let place = place_of(appointment);
    let description = session_description(&SessionText {
        host_name: &host.display_name,
        service_title: &appointment.service_title,
        customer_name: &appointment.customer_name,
        customer_email: &appointment.customer_email,
        customer_phone: appointment.customer_phone.as_deref(),
        location: place.as_deref(),
        answers: &answers,
        manage: Manage::OwnLink(&manage_url),
    });
    Ok(IcsEvent {
        uid: format!(
            "{}@{}",
            appointment.id,
            app.settings.public_url.host_str().unwrap_or("localhost")
        ),
        sequence: u32::try_from(appointment.sequence).unwrap_or(u32::MAX),
        method: if appointment.status == "cancelled" {
            IcsMethod::Cancel
        } else {
            IcsMethod::Publish
        },
        starts: appointment.starts_at.into(),
        ends: appointment.ends_at.into(),
        daily: daily_of(appointment)?,
        summary: format!("{} with {}", appointment.service_title, host.display_name),
        description,
        location: place,
        url: Some(manage_url),
        organizer: None,
        attendee: None,
        stamp: appointment.updated_at.into(),
    })
}

/// Where it takes place, as far as it is known: the Meet link, a number, an address, a link.
fn place_of(appointment: &appointment::Model) -> Option<String> {
    match appointment.location_kind.as_str() {
        "google_meet" => appointment.meet_link.clone(),
        _ => Some(appointment.location_detail.clone()).filter(|detail| !detail.is_empty()),
    }
}
