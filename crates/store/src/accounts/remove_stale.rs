//! Removes what no longer means anything: ended sessions, dead links, counters of windows long past.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::entities::{login_session, one_time_token, rate_limit};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Removes expired sessions, links that expired, and counters of windows that began more than a day ago. Returns how many
/// rows went.
///
/// # Errors
/// The database refuses.
pub async fn remove_stale(on: &impl ConnectionTrait, now: Timestamp) -> Result<u64, StoreError> {
    let yesterday = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now);
    let sessions = login_session::Entity::delete_many()
        .filter(login_session::Column::ExpiresAt.lte(UnixMillis::from(now)))
        .exec(on)
        .await?;
    let links = one_time_token::Entity::delete_many()
        .filter(one_time_token::Column::ExpiresAt.lte(UnixMillis::from(now)))
        .exec(on)
        .await?;
    let counters = rate_limit::Entity::delete_many()
        .filter(rate_limit::Column::WindowStart.lt(UnixMillis::from(yesterday)))
        .exec(on)
        .await?;
    Ok(sessions.rows_affected + links.rows_affected + counters.rows_affected)
}
