//! Does everything that is due, one after the other, and comes back.

use crate::jobs::hand::Tools;
use crate::jobs::pools::POOLS;
use crate::jobs::take_jobs::{Claimant, reap, take_jobs};
use crate::jobs::work_on_job::work_on_job;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// More than this is not a queue but a circle.
const MOST: usize = 100_000;

/// Does all jobs that are due by the program's clock, and those that they make due, and returns how many attempts that
/// were. What is put off until later stays for later. For tests and maintenance: a server has
/// [`super::run_worker::run_worker`].
///
/// # Errors
/// The database refuses, or the jobs never end.
pub async fn run_due_jobs(app: &TimeTap) -> Result<usize, Unexpected> {
    let claimant = Claimant::new(app, "drain").await?;
    reap(app).await?;
    let mut attempts = 0;
    loop {
        let before = attempts;
        for pool in &POOLS {
            for taken in take_jobs(app, &claimant, &[(pool, 1)]).await?.into_iter().flatten() {
                let tools = Tools {
                    prepared: taken.prepared,
                    ..Tools::bare(taken.job.lease())
                };
                work_on_job(app, &taken.job, tools).await;
                attempts += 1;
            }
        }
        if attempts == before {
            return Ok(attempts);
        }
        if attempts > MOST {
            return Err(Unexpected::Inconsistent("the jobs that are due never end".to_owned()));
        }
    }
}
