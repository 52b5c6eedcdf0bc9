//! Offers the set-up of the first administrator, by a link that only the operator sees.

use jiff::SignedDuration;
use timetap_store::accounts::count_admins::count_admins;
use timetap_store::accounts::delete_tokens::delete_setup_tokens;

use crate::accounts::one_time_link::{Purpose, issue_link};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Links made this recently stay: replicas start together, and each has printed its own.
const TOGETHER: SignedDuration = SignedDuration::from_mins(1);

/// Makes a link to set the first administrator up, where there is none; older links stop working. Print it once, for the
/// operator's eyes.
///
/// # Errors
/// The database refuses.
pub async fn offer_setup(app: &TimeTap) -> Result<Option<String>, Unexpected> {
    if count_admins(app.db.reader()).await? > 0 {
        return Ok(None);
    }
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    delete_setup_tokens(&txn, now.saturating_sub(TOGETHER).unwrap_or(now)).await?;
    let link = issue_link(&txn, app, Purpose::Setup, None).await?;
    txn.commit().await?;
    Ok(Some(link))
}
