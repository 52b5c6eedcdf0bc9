//! Adds bookings that were made before the calendar was connected.

use sea_orm::ConnectionTrait;
use timetap_core::event_text::EventRole;
use timetap_store::calendars::list_event_owners::list_staffs_written;
use timetap_store::calendars::list_upcoming::list_upcoming_skipped;
use uuid::Uuid;

use crate::calendars::want_event::want_event;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Which of the missing ones are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// All of them.
    All,
    /// What nobody needs to be asked about: a host's own sessions wait until the host says so, because there may be many,
    /// and our mails may have put them into the calendar already.
    Unasked,
}

/// Queues every booking to come of this person, as staff, customer, manager or admin, that was skipped for want of a
/// calendar or because they add events themselves. Returns how many.
///
/// # Errors
/// The database refuses.
pub async fn add_upcoming(app: &TimeTap, user_id: Uuid) -> Result<usize, Unexpected> {
    let txn = app.db.begin().await?;
    let added = add_upcoming_on(&txn, app, user_id, Which::All).await?;
    txn.commit().await?;
    app.signal.ring();
    Ok(added)
}

/// The same on an open transaction.
///
/// # Errors
/// The database refuses.
pub(super) async fn add_upcoming_on(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    user_id: Uuid,
    which: Which,
) -> Result<usize, Unexpected> {
    let mut added = 0;
    for missing in list_upcoming_skipped(on, user_id, app.clock.now()).await? {
        let role = missing.role.parse::<EventRole>();
        let role = role.map_err(|error| Unexpected::Inconsistent(error.to_string()))?;
        if which == Which::Unasked && role == EventRole::Staff && !missing.is_ordered {
            continue;
        }
        want_event(on, app, missing.appointment_id, (user_id, role), true).await?;
        if role == EventRole::Customer {
            // Who has an event of their own is taken off the list of who serves.
            want_staffs_again(on, app, missing.appointment_id).await?;
        }
        added += 1;
    }
    Ok(added)
}

async fn want_staffs_again(on: &impl ConnectionTrait, app: &TimeTap, appointment_id: Uuid) -> Result<(), Unexpected> {
    for user_id in list_staffs_written(on, appointment_id).await? {
        want_event(on, app, appointment_id, (user_id, EventRole::Staff), true).await?;
    }
    Ok(())
}
