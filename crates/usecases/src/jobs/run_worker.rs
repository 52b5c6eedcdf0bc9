//! The worker: does jobs as they become due, until it is told to stop.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use timetap_store::StoreError;
use timetap_store::jobs::listen_jobs::JobListener;
use tokio::task::JoinSet;

use crate::calendars::desk::Desk;
use crate::jobs::announce_jobs::announce_jobs;
use crate::jobs::crew::{Crew, look_pause};
use crate::jobs::ensure_standing_jobs::ensure_standing_jobs;
use crate::jobs::take_jobs::Claimant;
use crate::jobs::take_over::take_over;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How long to wait before listening to PostgreSQL again after it could not be reached.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);

/// Does jobs until `stop` completes. New work begins at once: the bell of this process and PostgreSQL's notifications wake
/// the worker, and it knows when the next job is due; a look every second makes up for a lost ring. Told to stop, it takes
/// nothing new, lets jobs under way finish for seven seconds, and gives the leases of the others back.
///
/// # Errors
/// The database refuses at the very end. Before that the worker goes on trying.
pub async fn run_worker(app: Arc<TimeTap>, stop: impl Future<Output = ()>) -> Result<(), Unexpected> {
    let mut stop = pin!(stop);
    // Replicas that start at once may get into each other's way here, and the database may still be starting.
    let (claimant, _presence) = loop {
        let begun = async {
            ensure_standing_jobs(&app).await?;
            let claimant = Claimant::new(&app, "worker").await?;
            Ok::<_, Unexpected>((claimant, take_over(&app).await?))
        };
        match begun.await {
            Ok(begun) => break begun,
            Err(error) => tracing::error!(%error, "worker: cannot begin yet; trying again"),
        }
        tokio::select! {
            () = &mut stop => return Ok(()),
            () = tokio::time::sleep(look_pause(&app)) => {}
        }
    };
    let mut listening = JoinSet::new();
    listening.spawn(listen(app.clone()));
    let announcer = app.clone();
    listening.spawn(async move { announce_jobs(&announcer).await });
    let (desk, clerk) = Desk::open();
    let mut clerks = JoinSet::new();
    clerks.spawn(clerk.work(app.clone()));
    let (mut crew, mut freed) = Crew::gather(app.clone(), claimant, desk);
    loop {
        let pause = match crew.take_what_is_due().await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "worker: the queue cannot be read; trying again");
                look_pause(&app)
            }
        };
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(pool) = freed.recv() => crew.note_free(pool),
            () = crew.one_done() => {}
            () = app.signal.rung() => crew.note_news(),
            () = tokio::time::sleep(pause) => crew.note_news(),
        }
        // One look serves all hands that have become free by now, all jobs that are done, and all rings.
        while let Ok(pool) = freed.try_recv() {
            crew.note_free(pool);
        }
        while crew.one_done().now_or_never().is_some() {}
        if app.signal.rung().now_or_never().is_some() {
            crew.note_news();
        }
    }
    listening.shutdown().await;
    crew.part().await
}

/// Rings the bell of this process whenever another one commits a job; PostgreSQL only.
async fn listen(app: Arc<TimeTap>) {
    loop {
        let heard = async {
            let Some(mut listener) = JobListener::begin(&app.db).await? else {
                return std::future::pending().await;
            };
            loop {
                listener.heard().await?;
                app.signal.ring_here();
            }
        };
        let result: Result<(), StoreError> = heard.await;
        if let Err(error) = result {
            tracing::warn!(%error, "worker: cannot listen for jobs; looking every second meanwhile");
        }
        tokio::time::sleep(LISTEN_AGAIN).await;
    }
}
