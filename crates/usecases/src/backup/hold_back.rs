//! After going back to a state of the past: what must not simply go on from there.
//!
//! Calendar writes do go on: the ids of their events are derived, so that Google answers that they exist, and they are
//! adopted. A mail has no such memory at the other end. One that was owed then has most likely gone out since, so it is
//! held, where an administrator sees it and can send it all the same. Sign-ins and one-time links that were ended or used
//! since would come back to life, so all of them end.

use sea_orm::ConnectionTrait;
use timetap_store::backup::hold_mails::{end_access, hold_mails, list_link_owed};

use crate::mail::{BookingEvent, owe_booking_mails};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why a mail is held, for the administrator.
const HELD: &str =
    "This mail was on its way when the backup was taken and has probably gone out since. Retry sends it.";

/// Does it in a transaction of its own, for a backup whose schema had to be brought to this version's first. Returns how many
/// mails are held.
///
/// # Errors
/// The database refuses.
pub async fn hold_back(app: &TimeTap) -> Result<u64, Unexpected> {
    let txn = app.db.begin().await?;
    let held = hold_on(&txn, app).await?;
    txn.commit().await?;
    Ok(held)
}

/// Holds the mails and ends all access, on the restore's transaction. Returns how many mails are held.
pub(super) async fn hold_on(on: &impl ConnectionTrait, app: &TimeTap) -> Result<u64, Unexpected> {
    // A Meet link that comes (again) to a confirmation that went out without it would owe these.
    for appointment in list_link_owed(on).await? {
        owe_booking_mails(on, app, &appointment, &BookingEvent::MeetLink).await?;
    }
    let held = hold_mails(on, HELD, app.clock.now()).await?;
    end_access(on).await?;
    Ok(held)
}
