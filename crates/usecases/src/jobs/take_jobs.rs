//! Claims due work for a worker.

use timetap_store::StoreError;
use timetap_store::entities::job;
use timetap_store::jobs::claim_jobs::{Claim, claim_jobs};
use timetap_store::jobs::reap_leases::reap_leases;

use crate::jobs::pools::Pool;
use crate::jobs::work_on_job::lease_until;
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;

/// How often a claim that collided with another one is tried at once.
const TRIES: u32 = 5;

/// Gives jobs of silent workers back to the queue.
///
/// # Errors
/// The database refuses.
pub async fn reap(app: &TimeTap) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let reaped = async {
            let txn = app.db.begin().await?;
            let reaped = reap_leases(&txn, app.clock.now()).await?;
            txn.commit().await?;
            Ok(reaped)
        };
        match reaped.await {
            Ok(0) => return Ok(()),
            Ok(leases) => {
                tracing::warn!(leases, "jobs: workers fell silent, their jobs are tried again");
                return Ok(());
            }
            Err(error) if tries < TRIES && may_pass(&error) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Claims due jobs of each pool for `worker`, at most as many as stand beside it, in one transaction.
///
/// # Errors
/// The database refuses.
pub async fn take_jobs(
    app: &TimeTap,
    worker: &str,
    wanted: &[(&Pool, u64)],
) -> Result<Vec<Vec<job::Model>>, StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let taken = async {
            let txn = app.db.begin_shared().await?;
            let mut taken = Vec::with_capacity(wanted.len());
            for (pool, limit) in wanted {
                let claim = Claim {
                    worker,
                    kinds: pool.kinds,
                    limit: *limit,
                    per_lane: pool.per_lane,
                    lease_until: lease_until(app),
                };
                taken.push(claim_jobs(&txn, &claim, app.clock.now()).await?);
            }
            txn.commit().await?;
            if taken.iter().any(|jobs| !jobs.is_empty()) {
                Failpoint::JobsClaimed.reach().await;
            }
            Ok(taken)
        };
        match taken.await {
            Err(error) if tries < TRIES && may_pass(&error) => {}
            other => return other,
        }
    }
}

fn may_pass(error: &StoreError) -> bool {
    error.is_transient() || matches!(error, StoreError::Duplicate(_))
}
