//! A worker's jobs under way, and how new ones come to its hands.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use jiff::Timestamp;
use timetap_store::StoreError;
use timetap_store::jobs::listen_jobs::notify;
use timetap_store::jobs::next_due::next_work;
use timetap_store::jobs::release_leases::release_leases;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::calendars::desk::Desk;
use crate::jobs::hand::{Hands, Tools};
use crate::jobs::pace::Pace;
use crate::jobs::pools::{POOLS, Pool};
use crate::jobs::take_jobs::{Claimant, Taken, reap, take_jobs};
use crate::jobs::work_on_job::work_on_job;
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often the queue is looked at when nobody rings: the backstop. Spread by a tenth either way.
const LOOK_MILLIS: i64 = 1000;
/// While hands become free all the time, only their own pools are asked; all of them at least this often.
const ASK_ALL: Duration = Duration::from_millis(500);
/// How long jobs under way may take to finish once the worker is told to stop; then their leases are given back. A process is
/// given ten seconds to end, and that needs some of them.
const FAREWELL: Duration = Duration::from_secs(7);

/// A worker's jobs under way.
pub(super) struct Crew {
    app: Arc<TimeTap>,
    claimant: Claimant,
    /// Jobs that are not settled yet, also those whose hands are free again; each gives back the number of its pool.
    at_work: JoinSet<usize>,
    hands: Vec<Hands>,
    /// Jobs of each pool that have a hand or the promise of one.
    busy: [u64; POOLS.len()],
    /// How quickly the hands of each pool get through them.
    pace: [Pace; POOLS.len()],
    /// Of which pools there may be something to claim that was not there at the last look.
    asks: [bool; POOLS.len()],
    /// Of which pools the last claim brought as much as there was room for.
    plenty: [bool; POOLS.len()],
    /// When all of them were asked.
    asked_all: Instant,
    desk: Desk,
}

/// How long until the next look.
pub(super) fn look_pause(app: &TimeTap) -> Duration {
    let millis = app.entropy.between(LOOK_MILLIS * 9 / 10, LOOK_MILLIS * 11 / 10);
    Duration::from_millis(millis.unsigned_abs())
}

impl Crew {
    /// A crew that leaves results at `desk`, and where it is said of which pool a hand has become free.
    pub(super) fn gather(app: Arc<TimeTap>, claimant: Claimant, desk: Desk) -> (Self, mpsc::UnboundedReceiver<usize>) {
        let (free, freed) = mpsc::unbounded_channel();
        let hands = POOLS.iter().enumerate();
        let crew = Self {
            app,
            hands: hands
                .map(|(number, pool)| Hands::of(number, pool.hands, free.clone()))
                .collect(),
            claimant,
            at_work: JoinSet::new(),
            busy: [0; POOLS.len()],
            pace: [Pace::new(Instant::now()); POOLS.len()],
            asks: [true; POOLS.len()],
            plenty: [false; POOLS.len()],
            asked_all: Instant::now(),
            desk,
        };
        tracing::info!(worker = crew.claimant.worker, "worker: ready");
        (crew, freed)
    }

    /// Claims and begins what is due, as far as there is room; returns how long there is nothing to do.
    pub(super) async fn take_what_is_due(&mut self) -> Result<Duration, StoreError> {
        let look = look_pause(&self.app);
        if self.asked_all.elapsed() >= ASK_ALL {
            self.note_news();
        }
        if self.asks == [true; POOLS.len()] {
            self.asked_all = Instant::now();
        }
        let room = self.room();
        if room.iter().all(|room| *room == 0) {
            return Ok(look);
        }
        if room.iter().zip(self.plenty).any(|(room, plenty)| *room > 0 && !plenty)
            && let Some(wait) = self.look_what_is_due(look).await?
        {
            return Ok(wait);
        }
        self.claim().await?;
        Ok(look)
    }

    /// A read that disturbs nobody, before a claim that writes. Returns how long there is nothing to do, if there is nothing.
    async fn look_what_is_due(&mut self, look: Duration) -> Result<Option<Duration>, StoreError> {
        let next = next_work(self.app.db.reader(), &POOLS.map(|pool| pool.kinds)).await?;
        let now = self.app.clock.now();
        let is_over = |at: &Timestamp| *at <= now;
        if next.lease_end.as_ref().is_some_and(is_over) {
            reap(&self.app).await?;
            // What came back may be of any pool.
            self.note_news();
        } else {
            for (asks, due) in self.asks.iter_mut().zip(&next.jobs) {
                *asks = *asks && due.as_ref().is_some_and(is_over);
            }
            if self.asks == [false; POOLS.len()] {
                let coming = next.jobs.iter().flatten().filter(|at| !is_over(at));
                let wait = coming.chain(&next.lease_end).min().map(|at| at.duration_since(now));
                let wait = wait.and_then(|wait| Duration::try_from(wait).ok());
                return Ok(Some(wait.map_or(look, |wait| look.min(wait))));
            }
        }
        Ok(None)
    }

    /// Claims and begins as much as there is room for.
    async fn claim(&mut self) -> Result<(), StoreError> {
        loop {
            let room = self.room();
            if room.iter().all(|room| *room == 0) {
                break;
            }
            let wanted: Vec<(&Pool, u64)> = POOLS.iter().zip(room).collect();
            let taken = take_jobs(&self.app, &self.claimant, &wanted).await?;
            // Of one pool there may be more behind those whose lane is full by now. Where about as many came as there was
            // room for, hands have something to do meanwhile.
            let some_left = |(jobs, room): (&Vec<Taken>, &u64)| !jobs.is_empty() && (jobs.len() as u64) < *room / 2;
            let again = taken.iter().zip(&room).any(some_left);
            for (pool, (jobs, room)) in taken.iter().zip(&room).enumerate() {
                self.asks[pool] = self.asks[pool] && (*room == 0 || !jobs.is_empty());
                if *room > 0 {
                    self.plenty[pool] = jobs.len() as u64 == *room;
                }
            }
            let mut begun = 0;
            for (pool, jobs) in taken.into_iter().enumerate() {
                for taken in jobs {
                    if begun > 0 {
                        Failpoint::MiddleOfBatch.reach().await;
                    }
                    begun += 1;
                    self.begin(pool, taken);
                }
            }
            if !again {
                break;
            }
        }
        Ok(())
    }

    /// How many jobs to claim of each pool: none of those where nothing can have changed since the last look, or where
    /// more than half of what was claimed ahead is still there.
    fn room(&mut self) -> [u64; POOLS.len()] {
        let now = Instant::now();
        std::array::from_fn(|number| {
            let pool = &POOLS[number];
            let ahead = self.pace[number].in_a_moment(now).min(pool.ahead);
            let left = (pool.hands + ahead).saturating_sub(self.busy[number]);
            if self.asks[number] && left > ahead / 2 { left } else { 0 }
        })
    }

    fn begin(&mut self, pool: usize, taken: Taken) {
        self.busy[pool] += 1;
        let app = self.app.clone();
        let Taken { job, prepared } = taken;
        let tools = Tools {
            lease: job.lease(),
            prepared,
            desk: self.desk.clone(),
            // Whatever happens, it is free afterwards; the lease runs out by itself.
            hand: Some(self.hands[pool].promise()),
        };
        self.at_work.spawn(async move {
            if AssertUnwindSafe(work_on_job(&app, &job, tools))
                .catch_unwind()
                .await
                .is_err()
            {
                tracing::error!(job = %job.id, kind = %job.kind, "worker: noting what a job came to panicked");
            }
            pool
        });
    }

    /// A hand of this pool has become free.
    pub(super) fn note_free(&mut self, pool: usize) {
        self.busy[pool] = self.busy[pool].saturating_sub(1);
        self.pace[pool].note(Instant::now());
        self.asks[pool] = true;
    }

    /// Anything may have become due.
    pub(super) fn note_news(&mut self) {
        self.asks = [true; POOLS.len()];
    }

    /// Waits until a job is settled, so that others of its lane or its key may begin.
    pub(super) async fn one_done(&mut self) {
        match self.at_work.join_next().await {
            Some(Ok(pool)) => self.asks[pool] = true,
            // Jobs catch their own panics, so this is a task that was aborted, which happens at the end only.
            Some(Err(error)) => tracing::error!(%error, "worker: a job's task broke"),
            None => std::future::pending().await,
        }
    }

    /// Lets jobs that have begun finish for a while, then gives the leases of the others back.
    pub(super) async fn part(mut self) -> Result<(), Unexpected> {
        for hands in &self.hands {
            hands.close();
        }
        let all_done = async { while self.at_work.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all_done).await.is_err() {
            tracing::warn!("worker: some jobs did not finish in time; another worker takes them over");
        }
        self.at_work.shutdown().await;
        let txn = self.app.db.begin().await?;
        let worker = &self.claimant.worker;
        let released = release_leases(&txn, worker, self.app.clock.now()).await?;
        txn.commit().await?;
        if released > 0 {
            notify(&self.app.db).await?;
        }
        tracing::info!(worker, released, "worker: stopped");
        Ok(())
    }
}
