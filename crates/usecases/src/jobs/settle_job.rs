//! Writes into the queue what an attempt came to.

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use timetap_core::retry::{next_delay, respect};
use timetap_store::StoreError;
use timetap_store::entities::job;
use timetap_store::jobs::complete_job::complete_job;
use timetap_store::jobs::kill_job::kill_job;
use timetap_store::jobs::park_job::park_job;
use timetap_store::jobs::retry_job::{Retry, retry_job};

use crate::jobs::give_up::give_up;
use crate::jobs::job::Job;
use crate::jobs::outcome::JobOutcome;
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often the transaction is tried when the database was busy, or the same work was queued at the same moment.
const TRIES: u32 = 5;
/// Work that has to go on for ever never pauses longer.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// Longer messages are cut.
const LONGEST_MESSAGE: usize = 500;

/// Ends the lease of `row` by what `outcome` says.
///
/// # Errors
/// [`StoreError::LeaseLost`] inside where another worker has the job by now; or the database refuses.
pub async fn settle_job(
    app: &TimeTap,
    row: &job::Model,
    job: Option<&Job>,
    outcome: &JobOutcome,
) -> Result<(), Unexpected> {
    if *outcome == JobOutcome::Noted {
        return Ok(());
    }
    let mut tries = 0;
    loop {
        tries += 1;
        match settle_once(app, row, job, outcome).await {
            Err(Unexpected::Store(error))
                if tries < TRIES && (error.is_transient() || matches!(error, StoreError::Duplicate(_))) => {}
            other => return other,
        }
    }
}

async fn settle_once(
    app: &TimeTap,
    row: &job::Model,
    job: Option<&Job>,
    outcome: &JobOutcome,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let lease = row.lease();
    let txn = app.db.begin_shared().await?;
    match outcome {
        JobOutcome::Done => complete_job(&txn, lease, now).await?,
        JobOutcome::Noted => {}
        JobOutcome::Again { at } => {
            let retry = Retry {
                run_at: *at,
                failure: None,
            };
            retry_job(&txn, lease, &retry, now).await?;
        }
        JobOutcome::Park { code, message } => park_job(&txn, lease, code, cut(message), now).await?,
        JobOutcome::Dead { code, message } => bury(&txn, app, row, job, code, cut(message), now).await?,
        JobOutcome::Backoff {
            code,
            message,
            retry_after,
        } => match pause(app, row, job) {
            None => bury(&txn, app, row, job, code, cut(message), now).await?,
            Some(pause) => {
                let wish = retry_after.and_then(|wish| SignedDuration::try_from(wish).ok());
                let run_at = now.saturating_add(respect(pause, wish, &app.entropy)).unwrap_or(now);
                let retry = Retry {
                    run_at,
                    failure: Some((code, cut(message))),
                };
                retry_job(&txn, lease, &retry, now).await?;
                if let Some(Job::WriteCalendar { write_id }) = job {
                    timetap_store::calendars::note_next_attempt::note_next_attempt(&txn, *write_id, run_at).await?;
                }
            }
        },
    }
    Failpoint::BeforeJobSettled.reach().await;
    txn.commit().await?;
    Failpoint::JobSettled.reach().await;
    Ok(())
}

/// How long to wait after one more failure; `None` when it is enough.
fn pause(app: &TimeTap, row: &job::Model, job: Option<&Job>) -> Option<SignedDuration> {
    let failures = u32::try_from(row.attempts.saturating_add(1)).unwrap_or(u32::MAX);
    match next_delay(failures, &app.entropy) {
        pause if !job.is_some_and(Job::goes_on_for_ever) => pause,
        pause => Some(pause.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)),
    }
}

async fn bury(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    row: &job::Model,
    job: Option<&Job>,
    code: &str,
    message: &str,
    now: Timestamp,
) -> Result<(), Unexpected> {
    kill_job(on, row.lease(), code, message, now).await?;
    match job {
        Some(job) => give_up(on, app, job, code, message).await,
        None => Ok(()),
    }
}

fn cut(message: &str) -> &str {
    match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => &message[..end],
        None => message,
    }
}
