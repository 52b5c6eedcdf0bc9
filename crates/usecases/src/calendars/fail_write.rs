//! Marks a calendar write as failed for good, when its job is laid to rest.

use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_store::bookings::append_timeline::{TimelineEntry, append_timeline};
use timetap_store::calendars::note_write::note_trouble;
use timetap_store::entities::calendar_write;
use uuid::Uuid;

use crate::mail::hurry_confirmations;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The booking stands; the host reads why it is not in the calendar, and can retry.
///
/// # Errors
/// The database refuses.
pub(crate) async fn fail_write(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    write_id: Uuid,
    code: &str,
    words: &str,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let Some(write) = calendar_write::Entity::find_by_id(write_id).one(on).await? else {
        return Ok(());
    };
    note_trouble(on, write_id, "failed", (code, words), true, now).await?;
    // Of the events of managers and admins the host need not know.
    if !matches!(write.role.as_str(), "staff" | "customer") {
        return Ok(());
    }
    let whose = if write.role == "staff" {
        "Google Calendar"
    } else {
        "The customer’s Google Calendar"
    };
    let entry = TimelineEntry {
        id: app.entropy.uuid(now),
        appointment_id: write.appointment_id,
        actor: "system",
        event: "calendar_failed",
        text: format!("{whose} could not be brought up to date. {words}"),
    };
    append_timeline(on, entry, now).await?;
    if write.role == "staff" {
        hurry_confirmations(on, app, write.appointment_id).await?;
    }
    Ok(())
}
