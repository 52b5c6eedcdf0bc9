//! From a row of the queue to the work behind it.

use timetap_store::jobs::lease::Lease;

use crate::calendars;
use crate::jobs::job::Job;
use crate::jobs::outcome::JobOutcome;
use crate::jobs::tidy_up::tidy_up;
use crate::mail;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Makes one attempt at `job`. Work that writes rows about itself does so under `lease`.
///
/// # Errors
/// Something of our own broke; the queue tries again later.
pub async fn run_job(app: &TimeTap, job: &Job, lease: Lease) -> Result<JobOutcome, Unexpected> {
    match job {
        Job::WriteCalendar { write_id } => calendars::write_calendar(app, *write_id, lease).await,
        Job::SendMessage { message_id } => mail::send_message(app, *message_id).await,
        Job::RefreshBusy { connection_id } => calendars::refresh_busy(app, *connection_id).await,
        Job::RefreshCalendars { connection_id } => calendars::refresh_calendars(app, *connection_id).await,
        Job::ReconcileCalendar { connection_id } => calendars::reconcile_calendar(app, *connection_id, lease).await,
        Job::TidyUp {} => tidy_up(app).await,
    }
}
