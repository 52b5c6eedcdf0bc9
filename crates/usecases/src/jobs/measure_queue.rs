//! How far behind the durable work is: for probes and metrics.

use std::time::Duration;

use jiff::Timestamp;
use timetap_store::calendars::oldest_busy_check::oldest_busy_check;
use timetap_store::jobs::count_jobs::{JobCount, count_jobs};
use timetap_store::jobs::next_due::next_due;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The queue in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueAges {
    /// How many jobs there are, by state and kind.
    pub counts: Vec<JobCount>,
    /// For how long the oldest due job has been waiting; zero where nothing waits.
    pub oldest_due: Duration,
    /// How old the oldest busy times of a connected calendar are; zero where none is connected.
    pub oldest_busy_times: Duration,
}

/// Measures the queue and the busy times.
///
/// # Errors
/// The database refuses.
pub async fn queue_ages(app: &TimeTap) -> Result<QueueAges, Unexpected> {
    let on = app.db.reader();
    Ok(QueueAges {
        counts: count_jobs(on).await?,
        oldest_due: oldest_due_age(app).await?,
        oldest_busy_times: age(app, oldest_busy_check(on).await?),
    })
}

/// For how long the oldest due job has been waiting, or the longest silent worker's lease has been over; zero where nothing
/// waits. Jobs that failed and pause before their next attempt are not due.
///
/// # Errors
/// The database refuses.
pub async fn oldest_due_age(app: &TimeTap) -> Result<Duration, Unexpected> {
    Ok(age(app, next_due(app.db.reader()).await?))
}

fn age(app: &TimeTap, since: Option<Timestamp>) -> Duration {
    since
        .and_then(|since| Duration::try_from(app.clock.now().duration_since(since)).ok())
        .unwrap_or_default()
}
