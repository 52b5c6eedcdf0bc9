//! Asks for a comparison of calendars with bookings.

use sea_orm::ConnectionTrait;
use timetap_store::calendars::list_connected::list_connected;

use crate::jobs::enqueue_job::enqueue_jobs;
use crate::jobs::{Job, When};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Queues the comparison of every working connection, and returns how many there are. After a backup was restored, this
/// finds what the world outside knows and the database does not.
///
/// # Errors
/// The database refuses.
pub async fn want_comparison(on: &impl ConnectionTrait, app: &TimeTap, when: When) -> Result<usize, Unexpected> {
    let connected = list_connected(on).await?.into_iter();
    let jobs: Vec<Job> = connected
        .map(|connection_id| Job::ReconcileCalendar { connection_id })
        .collect();
    enqueue_jobs(on, app, &jobs, when).await?;
    Ok(jobs.len())
}
