//! Gives a mail up, and tells the host.

use sea_orm::ConnectionTrait;
use timetap_store::bookings::append_timeline::{TimelineEntry, append_timeline};
use timetap_store::messages::find_message::find_message;
use timetap_store::messages::note_failed::note_failed;
use uuid::Uuid;

use super::send_message::subject_in_words;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Marks a mail that is still on its way as failed, in the transaction that lays its job to rest, and notes it in the
/// timeline of its appointment, where the host reads why. The booking itself is not touched.
///
/// # Errors
/// The database refuses.
pub async fn fail_message(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    message_id: Uuid,
    code: &str,
    message: &str,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    if !note_failed(on, message_id, (code, message), now).await? {
        return Ok(());
    }
    let Some(mail) = find_message(on, message_id).await? else {
        return Ok(());
    };
    if let Some(appointment_id) = mail.appointment_id {
        let entry = TimelineEntry {
            id: app.entropy.uuid(now),
            appointment_id,
            actor: "system",
            event: "mail_failed",
            text: format!("{} could not be mailed. {message}", subject_in_words(&mail)),
        };
        append_timeline(on, entry, now).await?;
    }
    Ok(())
}
