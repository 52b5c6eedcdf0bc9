//! Sends the confirmations of an appointment at once that still wait for its Meet link: the link is there, or nobody needs to
//! wait for it any more.

use sea_orm::ConnectionTrait;
use timetap_store::entities::message;
use timetap_store::messages::find_message::lock_message;
use timetap_store::messages::list_confirmations::list_confirmations;
use timetap_store::orders::list_appointments::list_appointments;
use uuid::Uuid;

use super::owe_booking_mails::waits_for_link;
use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Brings the waiting confirmations of an appointment forward, on the open transaction `on`, which holds the appointment's
/// row. The one mail about a whole order waits on while another of its appointments may still get a link.
///
/// # Errors
/// The database refuses.
pub(crate) async fn hurry_confirmations(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment_id: Uuid,
) -> Result<(), Unexpected> {
    for mail in list_confirmations(on, appointment_id).await? {
        // One that was tried already keeps the pace of its own retries.
        let is_waiting = mail.state == "queued" && mail.carried_link.is_none() && mail.attempts == 0;
        if is_waiting && !waits_for_others(on, &mail, appointment_id).await? {
            enqueue_job(on, app, &Job::SendMessage { message_id: mail.id }, When::Now).await?;
        }
    }
    Ok(())
}

/// Whether the mail is about an order of which an appointment other than this one waits for its link.
async fn waits_for_others(
    on: &impl ConnectionTrait,
    mail: &message::Model,
    appointment_id: Uuid,
) -> Result<bool, Unexpected> {
    let Some(order_id) = mail.order_id else {
        return Ok(false);
    };
    // Of two links that come in the same moment, the later one sees the other.
    lock_message(on, mail.id).await?;
    let all = list_appointments(on, order_id).await?;
    Ok(all.iter().any(|other| {
        // The later weeks of a subscription are not told of by this mail.
        other.id != appointment_id && other.run == 0 && other.status == "scheduled" && waits_for_link(other)
    }))
}
