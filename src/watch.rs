//! Lets the operator watch the process: keeps metrics where somebody may read them, and opens their listener.

use std::sync::Arc;

use anyhow::Context;
use timetap_usecases::TimeTap;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::WatchConfig;
use crate::http::watch_router::watch_router;
use crate::http::watch_state::WatchState;
use crate::observe::recorder::Recorder;

/// Begins to keep metrics and listens for who reads them, until `closing`.
///
/// # Errors
/// The address cannot be listened on.
pub async fn begin_watch(
    app: &Arc<TimeTap>,
    config: &WatchConfig,
    stopping: &CancellationToken,
    closing: &CancellationToken,
    tasks: &TaskTracker,
) -> anyhow::Result<WatchState> {
    let metrics = config.is_read().then(Recorder::begin).transpose()?;
    let state = WatchState {
        app: app.clone(),
        stopping: stopping.clone(),
        metrics,
        metrics_token: config.token.clone(),
        ready_queue: config.ready_queue,
    };
    if let Some(listen) = config.listen {
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("metrics_listen: cannot listen on {listen} (is something else there already?)"))?;
        let serving = axum::serve(listener, watch_router(state.clone()))
            .with_graceful_shutdown(closing.clone().cancelled_owned());
        tasks.spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the listener for metrics stopped");
            }
        });
        tracing::info!(address = %listen, "metrics");
    }
    Ok(state)
}
