//! Work that goes on for ever begins with the worker, and is taken up again should it ever have been lost.

use timetap_store::calendars::list_connected::list_connected;

use crate::jobs::enqueue_job::{When, enqueue_job};
use crate::jobs::job::Job;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Sees to it that tidying up and the refreshing of every connected calendar are queued.
///
/// # Errors
/// The database refuses.
pub async fn ensure_standing_jobs(app: &TimeTap) -> Result<(), Unexpected> {
    let txn = app.db.begin().await?;
    enqueue_job(&txn, app, &Job::TidyUp {}, When::Now).await?;
    for connection_id in list_connected(&txn).await? {
        enqueue_job(&txn, app, &Job::RefreshBusy { connection_id }, When::Now).await?;
    }
    txn.commit().await?;
    app.signal.ring();
    Ok(())
}
