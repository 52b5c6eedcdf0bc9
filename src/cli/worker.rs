//! `timetap worker`.

use std::path::Path;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::compose::compose;
use crate::config::Config;
use crate::serve::stop_signal;
use crate::watch::begin_watch;
use crate::work::work_until;

/// Does jobs until told to stop.
pub async fn run(file: Option<&Path>) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    let traces = config.start_observing()?;
    let app = compose(&config).await?;
    let (stopping, tasks) = (CancellationToken::new(), TaskTracker::new());
    begin_watch(&app, &config.watch, &stopping, &stopping, &tasks).await?;
    let stop = async {
        stop_signal().await;
        stopping.cancel();
    };
    let worked = work_until(app, stop).await;
    traces.finish().await;
    worked
}
