//! Where hands leave what they wrote, and whatever lies there is noted together. Where several came at once, others are
//! waited for a moment, since each noting costs the database as much by itself as for several events.
//!
//! A hand that has left something begins its next job. Its lease on this one stays until it is noted, so that nobody else
//! does the same work meanwhile, and a person's calendars are not written to by more hands than they should.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use timetap_store::StoreError;
use tokio::sync::{mpsc, oneshot};

use crate::calendars::settle_written::{Written, settle_written};
use crate::jobs::hand::Hand;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// So many are noted in one transaction at most, and so many more may lie there before hands wait.
const MOST: usize = 64;
/// So long others are waited for, where there were several the last time. Nobody sees it: a page that shows what became of a
/// calendar write hears of it a moment later anyway.
const MOMENT: Duration = Duration::from_millis(10);

/// Where results are left. Without a clerk behind it, everybody notes their own.
#[derive(Clone, Debug, Default)]
pub struct Desk(Option<mpsc::Sender<Left>>);

/// Who notes what was left.
#[derive(Debug)]
pub struct Clerk(mpsc::Receiver<Left>);

#[derive(Debug)]
struct Left {
    written: Written,
    noted: oneshot::Sender<Result<(), Unexpected>>,
}

impl Desk {
    /// A desk and its clerk.
    pub fn open() -> (Self, Clerk) {
        let (desk, clerk) = mpsc::channel(MOST);
        (Self(Some(desk)), Clerk(clerk))
    }

    /// How many results wait for the clerk.
    pub fn waiting(&self) -> usize {
        self.0.as_ref().map_or(0, |desk| desk.max_capacity() - desk.capacity())
    }

    /// Notes `written`, perhaps together with others, and frees the `hand` as soon as somebody will. When this returns, it is
    /// noted.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] inside where somebody else has the job by now; or the database refuses.
    pub(super) async fn leave(&self, app: &TimeTap, written: Written, hand: Option<Hand>) -> Result<(), Unexpected> {
        let Some(desk) = &self.0 else {
            return settle_one(app, &written).await;
        };
        let (noted, answer) = oneshot::channel();
        if let Err(mpsc::error::SendError(left)) = desk.send(Left { written, noted }).await {
            return settle_one(app, &left.written).await;
        }
        drop(hand);
        answer
            .await
            .unwrap_or_else(|_| Err(Unexpected::Internal("what was written was not noted".to_owned())))
    }
}

impl Clerk {
    /// Notes what is left, for as long as there is a desk.
    pub async fn work(mut self, app: Arc<TimeTap>) {
        let mut left = Vec::new();
        let mut several = false;
        while self.0.recv_many(&mut left, MOST).await > 0 {
            if several && left.len() < MOST {
                tokio::time::sleep(MOMENT).await;
                while left.len() < MOST
                    && let Ok(one) = self.0.try_recv()
                {
                    left.push(one);
                }
            }
            several = left.len() > 1;
            let (written, noted): (Vec<_>, Vec<_>) = left.drain(..).map(|left| (left.written, left.noted)).unzip();
            for (noted, result) in noted.into_iter().zip(settle_all(&app, &written).await) {
                // Whoever has gone away has lost the lease.
                let _ = noted.send(result);
            }
        }
    }
}

/// All of them at once; where that breaks, each by itself, so that nobody has to answer for another one.
async fn settle_all(app: &TimeTap, written: &[Written]) -> Vec<Result<(), Unexpected>> {
    let together = async {
        let held = settle_written(app, written).await?;
        let result = |one: &Written| {
            let holds = held.contains(&one.lease.job_id);
            holds.then_some(()).ok_or(StoreError::LeaseLost.into())
        };
        Ok::<_, Unexpected>(written.iter().map(result).collect())
    };
    match AssertUnwindSafe(together).catch_unwind().await {
        Ok(Ok(results)) => return results,
        Ok(Err(error)) => tracing::warn!(%error, of = written.len(), "calendar: noted one by one, not together"),
        Err(_) => tracing::error!(
            of = written.len(),
            "calendar: noting together panicked; noted one by one"
        ),
    }
    let mut results = Vec::with_capacity(written.len());
    for one in written {
        let alone = AssertUnwindSafe(settle_one(app, one)).catch_unwind().await;
        results
            .push(alone.unwrap_or_else(|_| Err(Unexpected::Internal("noting what was written panicked".to_owned()))));
    }
    results
}

async fn settle_one(app: &TimeTap, written: &Written) -> Result<(), Unexpected> {
    let held = settle_written(app, std::slice::from_ref(written)).await?;
    if held.is_empty() {
        return Err(StoreError::LeaseLost.into());
    }
    Ok(())
}
