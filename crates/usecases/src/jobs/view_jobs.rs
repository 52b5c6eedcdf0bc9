//! The queue as an administrator sees it.

use jiff::Timestamp;
use timetap_store::jobs::count_jobs::{JobCount, count_jobs};
use timetap_store::jobs::list_jobs::list_jobs;
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Jobs on one page.
pub const PAGE_SIZE: u64 = 50;

/// The states in which jobs are listed, the ones that need a person first.
pub const STATES: [&str; 5] = ["dead", "parked", "queued", "leased", "done"];

/// A page of the queue.
#[derive(Clone, Debug)]
pub struct JobsPage {
    /// How many jobs there are, by state and kind.
    pub counts: Vec<JobCount>,
    /// Those of the state that was asked for.
    pub jobs: Vec<JobView>,
    /// Whether there are more on the next page.
    pub has_next: bool,
}

impl JobsPage {
    /// How many jobs are in `state`.
    pub fn count(&self, state: &str) -> i64 {
        self.counts
            .iter()
            .filter(|count| count.state == state)
            .map(|count| count.jobs)
            .sum()
    }
}

/// One job.
#[derive(Clone, Debug)]
pub struct JobView {
    /// Its id.
    pub id: Uuid,
    /// Which work.
    pub kind: String,
    /// The row it is about.
    pub subject: Option<Uuid>,
    /// Failed attempts in a row.
    pub attempts: i64,
    /// When it is, or was, due.
    pub run_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
    /// The last failure's code.
    pub error_code: Option<String>,
    /// The last failure in words.
    pub error: Option<String>,
}

/// Page `page` (from 0) of the jobs in `state`, with the counts of all.
///
/// # Errors
/// The database refuses.
pub async fn view_jobs(app: &TimeTap, state: &str, page: u64) -> Result<JobsPage, Unexpected> {
    let on = app.db.reader();
    let counts = count_jobs(on).await?;
    let mut rows = list_jobs(on, state, page.saturating_mul(PAGE_SIZE), PAGE_SIZE + 1).await?;
    let has_next = rows.len() > usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    let jobs = rows
        .into_iter()
        .map(|row| JobView {
            id: row.id,
            kind: row.kind,
            subject: row.subject_id,
            attempts: row.attempts,
            run_at: row.run_at.into(),
            updated_at: row.updated_at.into(),
            error_code: row.last_error_code,
            error: row.last_error,
        })
        .collect();
    Ok(JobsPage { counts, jobs, has_next })
}
