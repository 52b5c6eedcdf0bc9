//! Adds bookings that were made before the calendar was connected.

use timetap_core::event_text::EventRole;
use timetap_store::calendars::list_upcoming::list_upcoming_skipped;
use uuid::Uuid;

use crate::calendars::want_event::want_event;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Queues every booking to come of this person, as staff, customer, manager or admin, that was skipped for want of a
/// calendar or because they add events themselves. Returns how many.
///
/// # Errors
/// The database refuses.
pub async fn add_upcoming(app: &TimeTap, user_id: Uuid) -> Result<usize, Unexpected> {
    let txn = app.db.begin().await?;
    let upcoming = list_upcoming_skipped(&txn, user_id, app.clock.now()).await?;
    for missing in &upcoming {
        let role = missing.role.parse::<EventRole>();
        let role = role.map_err(|error| Unexpected::Inconsistent(error.to_string()))?;
        want_event(&txn, app, missing.appointment_id, (user_id, role), true).await?;
    }
    txn.commit().await?;
    app.signal.ring();
    Ok(upcoming.len())
}
