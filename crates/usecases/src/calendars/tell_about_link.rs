//! The Meet link and the mails: carried by the confirmation where that is still waiting, by exactly one follow-up where it
//! has gone out without.

use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_store::calendars::note_write::set_meet_link;
use timetap_store::entities::appointment;
use timetap_store::messages::list_confirmations::list_confirmations;
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_job};
use crate::mail::{BookingEvent, owe_booking_mails};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Keeps the link with the appointment, and sees to it that its people read it once. The appointment's row is locked.
pub(super) async fn keep_meet_link(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment_id: Uuid,
    link: &str,
) -> Result<(), Unexpected> {
    if !set_meet_link(on, appointment_id, link, app.clock.now()).await? {
        return Ok(());
    }
    let gone_without = list_confirmations(on, appointment_id)
        .await?
        .iter()
        // A link that changed after it was told counts like one that was never told.
        .any(|mail| mail.carried_link.is_some());
    if gone_without {
        let appointment = appointment::Entity::find_by_id(appointment_id)
            .one(on)
            .await?
            .ok_or_else(|| Unexpected::Inconsistent(format!("appointment {appointment_id} is gone")))?;
        if appointment.status == "scheduled" {
            owe_booking_mails(on, app, &appointment, &BookingEvent::MeetLink).await?;
        }
    }
    hurry_confirmations(on, app, appointment_id).await
}

/// Confirmations that still wait for a Meet link go out at once: the link is there, or will not be there soon.
pub(super) async fn hurry_confirmations(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment_id: Uuid,
) -> Result<(), Unexpected> {
    for mail in list_confirmations(on, appointment_id).await? {
        // One that was tried already keeps the pace of its own retries.
        if mail.state == "queued" && mail.carried_link.is_none() && mail.attempts == 0 {
            enqueue_job(on, app, &Job::SendMessage { message_id: mail.id }, When::Now).await?;
        }
    }
    Ok(())
}
