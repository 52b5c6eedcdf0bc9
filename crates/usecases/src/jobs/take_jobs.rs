//! Claims due work for a worker.

use std::collections::HashMap;

use timetap_store::StoreError;
use timetap_store::entities::job;
use timetap_store::jobs::claim_jobs::{Claim, claim_jobs};
use timetap_store::jobs::plan_by_index::plan_by_index;
use timetap_store::jobs::reap_leases::reap_leases;

use crate::calendars::marks::installation;
use crate::calendars::prepare_inserts::{Prepared, prepare_inserts};
use crate::jobs::pools::Pool;
use crate::jobs::work_on_job::lease_until;
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

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

/// Who claims jobs.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// The worker's own name.
    pub worker: String,
    /// The name of the installation.
    pub installation: String,
}

impl Claimant {
    /// A worker whose name begins with `what`.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn new(app: &TimeTap, what: &str) -> Result<Self, Unexpected> {
        Ok(Self {
            worker: format!("{what}-{}", app.entropy.uuid(app.clock.now())),
            installation: installation(app).await?,
        })
    }
}

/// A job that was claimed.
#[derive(Debug)]
pub struct Taken {
    /// Its row.
    pub job: job::Model,
    /// What was decided about it with the claim.
    pub(crate) prepared: Option<Prepared>,
}

/// Claims due jobs of each pool for `claimant`, at most as many as stand beside it, and prepares what can be prepared, in one
/// transaction.
///
/// # Errors
/// The database refuses.
pub async fn take_jobs(
    app: &TimeTap,
    claimant: &Claimant,
    wanted: &[(&Pool, u64)],
) -> Result<Vec<Vec<Taken>>, StoreError> {
    let mut tries = 0;
    let mut in_one_go = true;
    loop {
        tries += 1;
        match take_once(app, claimant, wanted, in_one_go).await {
            Err(Unexpected::Store(error)) if tries < TRIES && may_pass(&error) => {}
            // Whatever is wrong with one of them, the others must not wait for it: each job finds out for itself.
            Err(error) if in_one_go => {
                tracing::warn!(%error, "jobs: claimed without preparing them");
                in_one_go = false;
            }
            Err(Unexpected::Store(error)) => return Err(error),
            Err(error) => {
                return Err(StoreError::Inconsistent {
                    place: "jobs",
                    what: error.to_string(),
                });
            }
            Ok(taken) => return Ok(taken),
        }
    }
}

async fn take_once(
    app: &TimeTap,
    claimant: &Claimant,
    wanted: &[(&Pool, u64)],
    in_one_go: bool,
) -> Result<Vec<Vec<Taken>>, Unexpected> {
    let txn = app.db.begin_shared().await?;
    plan_by_index(&txn).await?;
    let mut claimed = Vec::with_capacity(wanted.len());
    for (pool, limit) in wanted {
        let claim = Claim {
            worker: &claimant.worker,
            kinds: pool.kinds,
            limit: *limit,
            per_lane: pool.per_lane,
            lease_until: lease_until(app),
        };
        claimed.push(claim_jobs(&txn, &claim, app.clock.now()).await?);
    }
    let mut prepared = if in_one_go {
        prepare_inserts(&txn, app, &claimant.installation, claimed.iter().flatten()).await?
    } else {
        HashMap::new()
    };
    if !prepared.is_empty() {
        Failpoint::BeforeClaimCommitted.reach().await;
    }
    txn.commit().await?;
    if claimed.iter().any(|jobs| !jobs.is_empty()) {
        Failpoint::JobsClaimed.reach().await;
    }
    let mut taken = |job: job::Model| Taken {
        prepared: prepared.remove(&job.id),
        job,
    };
    let taken = claimed
        .into_iter()
        .map(|jobs| jobs.into_iter().map(&mut taken).collect());
    Ok(taken.collect())
}

fn may_pass(error: &StoreError) -> bool {
    error.is_transient() || matches!(error, StoreError::Duplicate(_))
}
