//! Puts a job into the queue, inside the transaction that makes the work necessary.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_store::jobs::insert_job::{NewJob, insert_jobs};

use crate::jobs::job::Job;
use crate::platform::cause::current_cause;
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
/// brought forward. The job remembers on whose behalf it was queued. Ring [`TimeTap::signal`](crate::platform::timetap::TimeTap) after the commit.
///
/// # Errors
/// The database refuses.
pub async fn enqueue_job(on: &impl ConnectionTrait, app: &TimeTap, job: &Job, when: When) -> Result<(), Unexpected> {
    enqueue_jobs(on, app, std::slice::from_ref(job), when).await
}

/// The same for several jobs, which must be about different things.
///
/// # Errors
/// The database refuses.
pub async fn enqueue_jobs(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    jobs: &[Job],
    when: When,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let new = jobs
        .iter()
        .map(|job| new_job(app, job, when, now))
        .collect::<Result<Vec<_>, _>>()?;
    insert_jobs(on, &new, now).await?;
    Ok(())
}

/// The row of `job`, in nobody's lane.
pub(crate) fn new_job(app: &TimeTap, job: &Job, when: When, now: Timestamp) -> Result<NewJob, Unexpected> {
    let json = serde_json::to_value(job).map_err(|error| Unexpected::Internal(error.to_string()))?;
    let run_at = match when {
        When::Now => now,
        When::At(at) => at,
    };
    // Work that goes on for ever is nobody's in particular.
    let cause = current_cause().filter(|_| !job.goes_on_for_ever());
    let (caused_by, trace_parent) = match cause {
        Some(cause) => (Some(cause.request_id), cause.trace_parent),
        None => (None, None),
    };
    Ok(NewJob {
        id: app.entropy.uuid(now),
        kind: job.kind(),
        payload: json.get("payload").cloned().unwrap_or_default(),
        subject_id: job.subject(),
        lane: None,
        dedupe_key: Some(job.dedupe_key()),
        priority: job.priority(),
        run_at,
        caused_by,
        trace_parent,
    })
}
