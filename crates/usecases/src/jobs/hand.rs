//! The hands of a worker: each does one job at a time, and is free again before the last of it is noted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use timetap_store::jobs::lease::Lease;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::calendars::desk::Desk;
use crate::calendars::prepare_inserts::Prepared;

/// What was prepared for a job holds for so long while the job waits for a hand.
const FRESH: Duration = Duration::from_secs(1);

/// The hands of one pool. Closed, none of them begins anything new.
#[derive(Clone, Debug)]
pub(crate) struct Hands {
    pool: usize,
    limit: Arc<Semaphore>,
    done: mpsc::UnboundedSender<usize>,
}

impl Hands {
    /// So many hands for the pool of this number, which is said on `done` for every job that needs none any more.
    pub(crate) fn of(pool: usize, hands: u64, done: mpsc::UnboundedSender<usize>) -> Self {
        Self {
            pool,
            limit: Arc::new(Semaphore::new(usize::try_from(hands).unwrap_or(Semaphore::MAX_PERMITS))),
            done,
        }
    }

    /// A hand for a job that was claimed.
    pub(crate) fn promise(&self) -> Hand {
        Hand {
            of: self.clone(),
            permit: None,
        }
    }

    /// Lets nothing begin any more.
    pub(crate) fn close(&self) {
        self.limit.close();
    }
}

/// A hand for one job, or the promise of one. Dropping it makes it free.
#[derive(Debug)]
pub(crate) struct Hand {
    of: Hands,
    permit: Option<OwnedSemaphorePermit>,
}

impl Hand {
    /// Waits until the hand is free to begin. False where nothing begins any more.
    async fn begin(&mut self) -> bool {
        self.permit = Arc::clone(&self.of.limit).acquire_owned().await.ok();
        self.permit.is_some()
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        // A worker that has gone counts no hands.
        let _ = self.of.done.send(self.of.pool);
    }
}

/// What an attempt at a job is made with.
#[derive(Debug)]
pub(crate) struct Tools {
    /// The right to the job.
    pub(crate) lease: Lease,
    /// What was decided with the claim.
    pub(crate) prepared: Option<Prepared>,
    /// Where a calendar write's result goes.
    pub(crate) desk: Desk,
    /// The hand that is kept busy.
    pub(crate) hand: Option<Hand>,
}

impl Tools {
    /// Waits for a hand, where hands are counted. False where nothing begins any more. What was prepared long ago is loaded
    /// anew by the job: the booking may have been cancelled since.
    pub(crate) async fn begin(&mut self) -> bool {
        let Some(hand) = &mut self.hand else { return true };
        let since = Instant::now();
        let begins = hand.begin().await;
        if since.elapsed() > FRESH {
            self.prepared = None;
        }
        begins
    }

    /// For an attempt outside a worker.
    pub(crate) fn bare(lease: Lease) -> Self {
        Self {
            lease,
            prepared: None,
            desk: Desk::default(),
            hand: None,
        }
    }
}
