//! Puts a job into the queue, inside the transaction that makes the work necessary.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_store::jobs::insert_job::{NewJob, insert_job};

use crate::jobs::job::Job;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// When a job may begin.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// At once.
    Now,
    /// Not before this instant. Where the same work is already waiting, the earlier of the two counts.
    At(Timestamp),
}

/// Queues `job` on `on`, which should be the open transaction. Work of the same key that already waits is not doubled, only
/// brought forward. Ring [`TimeTap::signal`](crate::platform::timetap::TimeTap) after the commit.
///
/// # Errors
/// The database refuses.
pub async fn enqueue_job(on: &impl ConnectionTrait, app: &TimeTap, job: &Job, when: When) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let json = serde_json::to_value(job).map_err(|error| Unexpected::Internal(error.to_string()))?;
    let run_at = match when {
        When::Now => now,
        When::At(at) => at,
    };
    let new = NewJob {
        id: app.entropy.uuid(now),
        kind: job.kind(),
        payload: json.get("payload").cloned().unwrap_or_default(),
        subject_id: job.subject(),
        dedupe_key: Some(job.dedupe_key()),
        priority: job.priority(),
        run_at,
    };
    insert_job(on, &new, now).await?;
    Ok(())
}
