//! What follows when Google said no to a write, by the name of the error. The table is `docs/GOOGLE_ERRORS.md`.

use std::time::Duration;

use timetap_providers::google::{ErrorKind, GoogleError};
use timetap_store::calendars::note_write::note_trouble;
use timetap_store::jobs::lease::{Lease, hold_lease_about};

use crate::calendars::settle_write::{hurry_if_staffs, settle_waiting_for_owner};
use crate::calendars::write_task::WriteTask;
use crate::jobs::JobOutcome;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A quota takes hours to recover; asking earlier only uses it up.
pub(super) const QUOTA_PAUSE: Duration = Duration::from_hours(2);
/// Answers that contradict each other are given time to settle, from the second time on: looking costs several calls.
const CONTRADICTION_PAUSE: Duration = Duration::from_mins(30);

/// Notes the failure with the write and says what becomes of its job. A first failure lets the confirmation go out without
/// the link, because nobody knows how long this takes.
pub(super) async fn note_failure(
    app: &TimeTap,
    task: &WriteTask,
    lease: Lease,
    error: &GoogleError,
) -> Result<JobOutcome, Unexpected> {
    let (code, words) = (error.code().to_owned(), error.explain());
    let retry_after = match error.kind() {
        // The connection is marked already, and its owner told.
        ErrorKind::Reauthorize | ErrorKind::AccessToken => return settle_waiting_for_owner(app, task, lease).await,
        // The write is marked as failed with its job's burial.
        ErrorKind::Permanent => {
            return Ok(JobOutcome::Dead { code, message: words });
        }
        // On an insert only: the calendar itself is gone.
        ErrorKind::Mismatch if *error == GoogleError::NotFound => {
            return Ok(JobOutcome::Dead { code, message: words });
        }
        ErrorKind::Quota => Some(QUOTA_PAUSE),
        ErrorKind::Transient if *error == GoogleError::Contradiction && task.write.attempts > 0 => {
            Some(CONTRADICTION_PAUSE)
        }
        ErrorKind::RateLimit | ErrorKind::Transient | ErrorKind::Mismatch => error.retry_after(),
    };
    let txn = app.db.begin().await?;
    hold_lease_about(&txn, lease, task.appointment.id).await?;
    note_trouble(&txn, task.write.id, "pending", (&code, &words), true, app.clock.now()).await?;
    if task.write.attempts == 0 {
        hurry_if_staffs(&txn, app, task).await?;
    }
    txn.commit().await?;
    app.signal.ring();
    Ok(JobOutcome::Backoff {
        code,
        message: words,
        retry_after,
    })
}
