//! Work that goes on for ever begins with the worker, and is taken up again should it ever have been lost.

use jiff::SignedDuration;
use timetap_store::calendars::list_connected::list_connected;
use timetap_store::calendars::list_overseen::list_overseers;

use crate::calendars::want_comparison;
use crate::jobs::enqueue_job::{When, enqueue_jobs};
use crate::jobs::job::Job;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// When calendars are compared with the bookings after a start.
const SOON_MINUTES: (i64, i64) = (10, 40);

/// Sees to it that tidying up, the planning of weekly times, the refreshing and comparing of every connected calendar, and a look
/// at what managers and administrators have in theirs, are queued.
///
/// # Errors
/// The database refuses.
pub async fn ensure_standing_jobs(app: &TimeTap) -> Result<(), Unexpected> {
    let txn = app.db.begin().await?;
    let mut jobs = vec![Job::TidyUp {}, Job::PlanTemplates {}];
    let connected = list_connected(&txn).await?.into_iter();
    jobs.extend(connected.map(|connection_id| Job::RefreshBusy { connection_id }));
    // Together, since a worker begins nothing before that, however many calendars there are.
    enqueue_jobs(&txn, app, &jobs, When::Now).await?;
    // Soon after a start, which may follow a restored backup, but after what a start has to catch up with.
    let minutes = app.entropy.between(SOON_MINUTES.0, SOON_MINUTES.1);
    let now = app.clock.now();
    let soon = now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(now);
    want_comparison(&txn, app, When::At(soon)).await?;
    // Whatever was missed, by an earlier version too.
    let overseers = list_overseers(&txn, now).await?.into_iter();
    let look: Vec<Job> = overseers.map(|user_id| Job::Oversee { user_id, asked_at: 0 }).collect();
    enqueue_jobs(&txn, app, &look, When::At(soon)).await?;
    txn.commit().await?;
    app.signal.ring();
    Ok(())
}
