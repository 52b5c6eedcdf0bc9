//! The Meet link and the mails: carried by the confirmation where that is still waiting, by exactly one follow-up where it
//! has gone out without.

use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_core::event_text::EventRole;
use timetap_store::calendars::list_event_owners::list_others;
use timetap_store::calendars::note_write::set_meet_link;
use timetap_store::entities::appointment;
use timetap_store::messages::list_confirmations::list_confirmations;
use uuid::Uuid;

use crate::calendars::want_event::want_event;
use crate::mail::{BookingEvent, hurry_confirmations, owe_booking_mails};
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
        // The later weeks of a subscription have their links in the calendar and on the order's page.
        if appointment.status == "scheduled" && appointment.run == 0 {
            owe_booking_mails(on, app, &appointment, &BookingEvent::MeetLink).await?;
        }
    }
    tell_others(on, app, appointment_id).await?;
    hurry_confirmations(on, app, appointment_id).await
}

/// The link goes into the events of everybody else, who have no conference of their own.
async fn tell_others(on: &impl ConnectionTrait, app: &TimeTap, appointment_id: Uuid) -> Result<(), Unexpected> {
    for (user_id, role) in list_others(on, appointment_id).await? {
        let role = role.parse::<EventRole>();
        let role = role.map_err(|error| Unexpected::Inconsistent(error.to_string()))?;
        want_event(on, app, appointment_id, (user_id, role), true).await?;
    }
    Ok(())
}
