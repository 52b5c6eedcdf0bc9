//! How a booking stands right now, in as few words as a waiting page needs.

use sea_orm::ConnectionTrait;
use serde::Serialize;
use timetap_store::bookings::load_write::load_write;
use timetap_store::entities::{appointment, host};
use timetap_store::hosts::find_host::find_host;
use uuid::Uuid;

use super::actor::{Actor, find_booking};
use super::calendar_stage::CalendarStage;
use crate::mail::{Reach, reach_customer};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The status, read from the database at every call: right on every replica.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BookingStatus {
    /// `scheduled`, `completed`, `cancelled` or `no_show`.
    pub status: String,
    /// Grows with every change of the booking: a page that knows another one is out of date.
    pub sequence: i64,
    /// The short name of the calendar stage.
    pub calendar: &'static str,
    /// The words for it.
    pub calendar_label: &'static str,
    /// What it means, where that needs a sentence.
    pub calendar_sentence: Option<String>,
    /// The Meet link, as soon as there is one.
    pub meet_link: Option<String>,
    /// What to say to the customer whom the last mail did not reach.
    pub mail_problem: Option<String>,
    /// Whether nothing more is going to change by itself.
    pub settled: bool,
}

impl BookingStatus {
    /// The words for the calendar stage to those who serve the booking or look after it: what is to be added by hand has not
    /// been, as far as anybody knows.
    pub fn label_to_hosts(&self) -> &'static str {
        match self.calendar {
            "off" => "Not added",
            _ => self.calendar_label,
        }
    }
}

/// The status of the booking, for its customer or host; `None` for everybody else.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn booking_status(app: &TimeTap, id: Uuid, actor: &Actor<'_>) -> Result<Option<BookingStatus>, Unexpected> {
    let on = app.db.reader();
    let Some(appointment) = find_booking(on, id, actor).await? else {
        return Ok(None);
    };
    let Some(host) = find_host(on, appointment.host_id).await? else {
        return Ok(None);
    };
    status_of(on, &appointment, &host).await.map(Some)
}

/// The status of an appointment that has been read already.
pub(super) async fn status_of(
    on: &impl ConnectionTrait,
    appointment: &appointment::Model,
    host: &host::Model,
) -> Result<BookingStatus, Unexpected> {
    let write = load_write(on, appointment.id, appointment.host_id).await?;
    let stage = CalendarStage::of(appointment, write.as_ref())?;
    let waits_for_link = appointment.location_kind == "google_meet" && appointment.meet_link.is_none();
    // A conference that Google is still making comes after the event.
    let link_may_come = waits_for_link
        && stage == CalendarStage::Added
        && write.as_ref().is_some_and(|write| write.conference_state == "pending");
    let is_scheduled = appointment.status == "scheduled";
    let reach = if is_scheduled {
        reach_customer(on, appointment.id).await?
    } else {
        Reach::default()
    };
    Ok(BookingStatus {
        status: appointment.status.clone(),
        sequence: appointment.sequence,
        calendar: stage.as_str(),
        calendar_label: stage.label(),
        calendar_sentence: stage.sentence(&host.display_name, waits_for_link),
        meet_link: appointment.meet_link.clone(),
        mail_problem: reach.given_up.map(|_| {
            format!(
                "We could not mail {}. Your booking stands. Please keep the address of this page: it is your way back to \
                 it. If your e-mail address has a mistake in it, tell {}, or cancel and book again.",
                appointment.customer_email, host.display_name
            )
        }),
        settled: stage.is_settled() && !link_may_come && !reach.on_its_way,
    })
}
