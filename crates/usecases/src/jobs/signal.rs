//! Tells the workers of this process that a job was committed, so that they need not wait for their next look; and whoever
//! tells other processes.

use std::sync::Arc;

use tokio::sync::Notify;

/// A bell between those who commit jobs and those who do them. Cloning shares the bell.
#[derive(Clone, Debug, Default)]
pub struct JobSignal {
    here: Arc<Notify>,
    elsewhere: Arc<Notify>,
}

impl JobSignal {
    /// Rings after a commit. A ring with nobody waiting is kept for the next who waits.
    pub fn ring(&self) {
        self.ring_here();
        self.elsewhere.notify_one();
    }

    /// Rings for a commit of another process, of which nobody has to be told.
    pub fn ring_here(&self) {
        self.here.notify_one();
    }

    /// Waits for a ring.
    pub async fn rung(&self) {
        self.here.notified().await;
    }

    /// Waits for a ring that other processes should hear of.
    pub async fn rung_for_others(&self) {
        self.elsewhere.notified().await;
    }
}
