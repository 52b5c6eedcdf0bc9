//! What probes and metrics need: less than pages do, because a process that only works has them too.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use timetap_usecases::TimeTap;
use tokio_util::sync::CancellationToken;

use crate::observe::recorder::Recorder;

/// What probes and metrics share.
#[derive(Clone)]
pub struct WatchState {
    /// The program.
    pub app: Arc<TimeTap>,
    /// Cancelled when the program is told to stop.
    pub stopping: CancellationToken,
    /// What was counted, where somebody may read it.
    pub metrics: Option<Recorder>,
    /// Who knows this may read it among the pages.
    pub metrics_token: Option<SecretString>,
    /// How long a due job may wait before this process calls itself not ready; zero for any time.
    pub ready_queue: Duration,
}

impl axum::extract::FromRef<WatchState> for Arc<TimeTap> {
    fn from_ref(state: &WatchState) -> Self {
        state.app.clone()
    }
}

impl std::fmt::Debug for WatchState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WatchState")
            .field("ready_queue", &self.ready_queue)
            .finish_non_exhaustive()
    }
}
