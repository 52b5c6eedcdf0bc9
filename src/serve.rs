//! Serving: the listeners, the worker beside them, and stopping in order.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use timetap_usecases::TimeTap;
use timetap_usecases::accounts::offer_setup;
use timetap_usecases::jobs::announce_jobs;
use tokio::net::TcpSocket;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cli::say;
use crate::config::WatchConfig;
use crate::connections::{self, Limits};
use crate::http::router::{RouterOptions, router};
use crate::open_files;
use crate::watch::begin_watch;
use crate::work::work_until;

/// How long, once told to stop, requests are still taken and each answer asks its client to close the connection. Clients
/// that keep connections learn of the end by an answer and not by a reset.
const LAST_CALL: Duration = Duration::from_secs(2);
/// How long requests and jobs under way may take, from the signal on.
const FAREWELL: Duration = Duration::from_secs(8);
/// How long closing the database may take after that: folding the log into the file is done at the next start otherwise.
const CLOSING: Duration = Duration::from_secs(1);

/// So many connections may wait to be accepted; the system may allow fewer (`net.core.somaxconn`).
const WAITING_CONNECTIONS: u32 = 16_384;

/// How to serve.
#[derive(Debug)]
pub struct ServeOptions {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Whether to do jobs too.
    pub worker: bool,
    /// Proxies whose `X-Forwarded-For` and `X-Request-Id` are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Probes and metrics.
    pub watch: WatchConfig,
}

/// Serves until SIGTERM or SIGINT. Then requests under way finish, leased jobs are released, and the database is closed; ten
/// seconds later at most this comes back.
///
/// # Errors
/// An address cannot be listened on, or the Leptos options cannot be read.
pub async fn serve(app: Arc<TimeTap>, options: ServeOptions) -> anyhow::Result<()> {
    let limits = Limits::with_open_files(open_files::allow_many());
    let listener = listen_on(options.listen)
        .with_context(|| format!("cannot listen on {} (is something else there already?)", options.listen))?;
    let (stopping, closing) = (CancellationToken::new(), CancellationToken::new());
    let tasks = TaskTracker::new();
    let watch = begin_watch(&app, &options.watch, &stopping, &closing, &tasks).await?;
    let router = router(
        &app,
        RouterOptions {
            trusted_proxies: options.trusted_proxies,
            watch,
        },
    )?;
    // On standard output and not in the log: whoever holds this link becomes the administrator.
    if let Some(link) = offer_setup(&app).await.context("the set-up link could not be made")? {
        say("There is no administrator yet. Make yourself one here; the link works once, for seven days:");
        say(&link);
    }
    if options.worker {
        let (app, stopping) = (app.clone(), stopping.clone());
        tasks.spawn(async move {
            if let Err(error) = work_until(app, stopping.cancelled_owned()).await {
                tracing::error!(%error, "the worker stopped");
            }
        });
    } else {
        let (app, stopping) = (app.clone(), stopping.clone());
        tasks.spawn(async move { stopping.run_until_cancelled(announce_jobs(&app)).await });
    }
    tracing::info!(address = %options.listen, public_url = %app.settings.public_url, "serving");
    let connections = connections::begin(listener, router, limits, closing.clone())
        .context("the thread that takes connections in did not start")?;
    let mut serving = pin!(connections.wait());
    tokio::select! {
        () = &mut serving => tracing::error!("no more connections are taken in"),
        () = stop_signal() => {}
    }
    tracing::info!("stopping: requests and jobs under way are finished first");
    let deadline = Instant::now() + FAREWELL;
    stopping.cancel();
    tokio::time::sleep(LAST_CALL).await;
    closing.cancel();
    if tokio::time::timeout_at(deadline, &mut serving).await.is_err() {
        tracing::warn!("stopping: some requests took too long and are cut off");
    }
    tasks.close();
    if tokio::time::timeout_at(deadline, tasks.wait()).await.is_err() {
        tracing::warn!("stopping: some jobs took too long; their leases run out by themselves");
    }
    if let Ok(closed) = tokio::time::timeout(CLOSING, app.db.clone().close()).await {
        closed.context("the database could not be closed")?;
    } else {
        tracing::warn!("stopping: the database is not closed in order; the next start makes up for it");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Listens with a long line of connections that wait to be accepted: one that finds it full is tried again by its client
/// only a second later, then three, and in the end is reset.
fn listen_on(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // As `TcpListener::bind` does, so that a restart need not wait for the connections of before.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_CONNECTIONS)?.into_std()
}

/// Completes when the operator or the system asks the program to stop.
pub async fn stop_signal() {
    let interrupted = async {
        // Without a handler the default action stops the program, which is what is wanted then.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
