//! The job that removes what nobody needs any more.

use jiff::SignedDuration;
use timetap_store::carts::delete_old_carts::delete_old_carts;
use timetap_store::jobs::delete_finished::delete_finished;
use timetap_store::maintenance::delete_expired::delete_expired;

use crate::jobs::outcome::JobOutcome;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often.
const INTERVAL: SignedDuration = SignedDuration::from_hours(1);
/// How long finished jobs are kept, for whoever wonders what happened.
const KEEP_JOBS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a guest's cart is kept after they last changed it: as long as their browser keeps the way to it.
const KEEP_GUEST_CARTS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long an account's cart is kept: who attends stands in it.
const KEEP_ACCOUNT_CARTS: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Deletes old finished jobs, carts that nobody came back to, dead sessions, used or expired tokens, spent counters and
/// abandoned trips to a consent page; looks again in an hour.
///
/// # Errors
/// The database refuses.
pub async fn tidy_up(app: &TimeTap) -> Result<JobOutcome, Unexpected> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    delete_finished(&txn, now.saturating_sub(KEEP_JOBS).unwrap_or(now)).await?;
    delete_expired(&txn, now).await?;
    let ago = |keep| now.saturating_sub(keep).unwrap_or(now);
    delete_old_carts(&txn, ago(KEEP_GUEST_CARTS), ago(KEEP_ACCOUNT_CARTS)).await?;
    txn.commit().await?;
    let at = now.saturating_add(INTERVAL).unwrap_or(now);
    Ok(JobOutcome::Again { at })
}
