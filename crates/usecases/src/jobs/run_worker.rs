//! The worker: does jobs as they become due, until it is told to stop.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use jiff::Timestamp;
use timetap_store::StoreError;
use timetap_store::entities::job;
use timetap_store::jobs::listen_jobs::{JobListener, notify};
use timetap_store::jobs::next_due::next_work;
use timetap_store::jobs::release_leases::release_leases;
use tokio::task::JoinSet;

use crate::jobs::announce_jobs::announce_jobs;
use crate::jobs::ensure_standing_jobs::ensure_standing_jobs;
use crate::jobs::pools::{POOLS, Pool};
use crate::jobs::take_jobs::{reap, take_jobs};
use crate::jobs::take_over::take_over;
use crate::jobs::work_on_job::work_on_job;
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often the queue is looked at when nobody rings: the backstop. Spread by a tenth either way.
const LOOK_MILLIS: i64 = 1000;
/// How long jobs under way may take to finish once the worker is told to stop; then their leases are given back. A process is
/// given ten seconds to end, and that needs some of them.
const FAREWELL: Duration = Duration::from_secs(7);
/// How long to wait before listening to PostgreSQL again after it could not be reached.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);

/// Does jobs until `stop` completes. New work begins at once: the bell of this process and PostgreSQL's notifications wake
/// the worker, and it knows when the next job is due; a look every second makes up for a lost ring. Told to stop, it takes
/// nothing new, lets jobs under way finish for seven seconds, and gives the leases of the others back.
///
/// # Errors
/// The database refuses at the very end. Before that the worker goes on trying.
pub async fn run_worker(app: Arc<TimeTap>, stop: impl Future<Output = ()>) -> Result<(), Unexpected> {
    let worker = format!("worker-{}", app.entropy.uuid(app.clock.now()));
    let mut stop = pin!(stop);
    // Replicas that start at once may get into each other's way here, and the database may still be starting.
    let _presence = loop {
        let begun = async {
            ensure_standing_jobs(&app).await?;
            take_over(&app).await
        };
        match begun.await {
            Ok(presence) => break presence,
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
    let mut crew = Crew {
        app: app.clone(),
        worker,
        at_work: JoinSet::new(),
        busy: [0; POOLS.len()],
    };
    tracing::info!(worker = crew.worker, "worker: ready");
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
            Some(done) = crew.at_work.join_next() => crew.note_done(done),
            () = app.signal.rung() => {}
            () = tokio::time::sleep(pause) => {}
        }
        // One look serves all hands that have become free by now, and all rings.
        while let Some(done) = crew.at_work.try_join_next() {
            crew.note_done(done);
        }
        let _ = app.signal.rung().now_or_never();
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

fn look_pause(app: &TimeTap) -> Duration {
    let millis = app.entropy.between(LOOK_MILLIS * 9 / 10, LOOK_MILLIS * 11 / 10);
    Duration::from_millis(millis.unsigned_abs())
}

/// A worker's jobs under way.
struct Crew {
    app: Arc<TimeTap>,
    worker: String,
    /// Each gives back the number of its pool.
    at_work: JoinSet<usize>,
    busy: [u64; POOLS.len()],
}

impl Crew {
    /// Claims and begins what is due, as far as hands are free; returns how long there is nothing to do.
    async fn take_what_is_due(&mut self) -> Result<Duration, StoreError> {
        let look = look_pause(&self.app);
        // A read that disturbs nobody, before a claim that writes.
        let next = next_work(self.app.db.reader()).await?;
        let now = self.app.clock.now();
        let is_over = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        if is_over(next.lease_end) {
            reap(&self.app).await?;
        } else if !is_over(next.job) {
            let wait = next
                .job
                .into_iter()
                .chain(next.lease_end)
                .min()
                .map(|at| at.duration_since(now));
            let wait = wait.and_then(|wait| Duration::try_from(wait).ok());
            return Ok(wait.map_or(look, |wait| look.min(wait)));
        }
        loop {
            let hands = |(number, pool): (usize, &Pool)| pool.hands.saturating_sub(self.busy[number]);
            let free: Vec<u64> = POOLS.iter().enumerate().map(hands).collect();
            let wanted: Vec<(&Pool, u64)> = POOLS.iter().zip(free.iter().copied()).collect();
            if free.iter().all(|free| *free == 0) {
                break;
            }
            let taken = take_jobs(&self.app, &self.worker, &wanted).await?;
            // Of one pool there may be more behind those whose lane is full by now.
            let some_left = |(jobs, free): (&Vec<job::Model>, &u64)| !jobs.is_empty() && (jobs.len() as u64) < *free;
            let again = taken.iter().zip(&free).any(some_left);
            let mut begun = 0;
            for (number, jobs) in taken.into_iter().enumerate() {
                for job in jobs {
                    if begun > 0 {
                        Failpoint::MiddleOfBatch.reach().await;
                    }
                    begun += 1;
                    self.begin(number, job);
                }
            }
            if !again {
                break;
            }
        }
        Ok(look)
    }

    fn begin(&mut self, pool: usize, job: job::Model) {
        self.busy[pool] += 1;
        let app = self.app.clone();
        self.at_work.spawn(async move {
            // Whatever happens, the hand is free afterwards; the lease runs out by itself.
            if AssertUnwindSafe(work_on_job(&app, &job)).catch_unwind().await.is_err() {
                tracing::error!(job = %job.id, kind = %job.kind, "worker: noting what a job came to panicked");
            }
            pool
        });
    }

    fn note_done(&mut self, done: Result<usize, tokio::task::JoinError>) {
        match done {
            Ok(pool) => self.busy[pool] = self.busy[pool].saturating_sub(1),
            // Jobs catch their own panics, so this is a task that was aborted, which happens at the end only.
            Err(error) => tracing::error!(%error, "worker: a job's task broke"),
        }
    }

    /// Lets jobs finish for a while, then gives their leases back.
    async fn part(mut self) -> Result<(), Unexpected> {
        let all_done = async { while self.at_work.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all_done).await.is_err() {
            tracing::warn!("worker: some jobs did not finish in time; another worker takes them over");
        }
        self.at_work.shutdown().await;
        let txn = self.app.db.begin().await?;
        let released = release_leases(&txn, &self.worker, self.app.clock.now()).await?;
        txn.commit().await?;
        if released > 0 {
            notify(&self.app.db).await?;
        }
        tracing::info!(worker = self.worker, released, "worker: stopped");
        Ok(())
    }
}
