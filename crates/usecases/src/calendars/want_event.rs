//! Notes, inside the transaction that changes an appointment, what a person's calendar should say about it.

use sea_orm::ConnectionTrait;
use timetap_store::calendars::upsert_write::{WriteWish, upsert_write};
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Wishes that the appointment stands in `user_id`'s Google calendar (or, with `present` false, that it does not), as it
/// is after this transaction, and queues the work. Every call counts as a new version of the wish. A person without a
/// connection gets the write marked `skipped` by the job; connecting later offers to add it.
///
/// # Errors
/// The database refuses.
pub async fn want_event(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment_id: Uuid,
    user_id: Uuid,
    present: bool,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let wish = WriteWish {
        id: app.entropy.uuid(now),
        appointment_id,
        user_id,
        role: "staff",
        provider: "google",
        present,
    };
    let write_id = upsert_write(on, &wish, now).await?;
    enqueue_job(on, app, &Job::WriteCalendar { write_id }, When::Now).await
}
