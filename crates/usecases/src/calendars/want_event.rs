//! Notes what one person's calendar should say about an appointment.

use sea_orm::ConnectionTrait;
use timetap_core::event_text::EventRole;
use timetap_store::calendars::upsert_write::{WriteWish, upsert_writes};
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_jobs};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Wishes that the appointment stands in `user_id`'s Google calendar as `role` sees it (or, with `present` false, that it
/// does not), whatever that person chose about new events, and queues the work. For everybody at once there is
/// [`want_events()`](super::want_events()).
///
/// # Errors
/// The database refuses.
pub async fn want_event(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment_id: Uuid,
    (user_id, role): (Uuid, EventRole),
    present: bool,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let wish = WriteWish {
        id: app.entropy.uuid(now),
        appointment_id,
        user_id,
        role: role.as_str(),
        provider: "google",
        present,
        skipped: None,
    };
    let jobs: Vec<Job> = upsert_writes(on, &[wish], now)
        .await?
        .into_iter()
        .map(|write_id| Job::WriteCalendar { write_id })
        .collect();
    enqueue_jobs(on, app, &jobs, When::Now).await
}
