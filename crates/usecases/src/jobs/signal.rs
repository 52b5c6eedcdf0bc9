//! Tells the workers of this process that a job was committed, so that they need not wait for their next look.

use std::sync::Arc;

use tokio::sync::Notify;

/// A bell between those who commit jobs and those who do them. Cloning shares the bell.
#[derive(Clone, Debug, Default)]
pub struct JobSignal(Arc<Notify>);

impl JobSignal {
    /// Rings after a commit. A ring with nobody waiting is kept for the next who waits.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits for a ring.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}
