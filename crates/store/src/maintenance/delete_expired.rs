//! Removes rows that can do nothing any more.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;

/// Tokens are kept for a while after their end, so that an old link can be told from a wrong one.
const KEEP_TOKENS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What Stripe told is known again for longer than Stripe itself can tell it again (docs.stripe.com/api/events: thirty days).
const KEEP_DELIVERIES: SignedDuration = SignedDuration::from_hours(60 * 24);
/// Longer than the longest window that counts tries, an hour.
const KEEP_COUNTS: SignedDuration = SignedDuration::from_hours(3);

/// Deletes expired sessions, one-time tokens and trips to a consent page whose end is long past, spent counters, and messages of
/// Stripe's that nobody will hear again.
/// Returns how many rows went.
///
/// # Errors
/// The database refuses.
pub async fn delete_expired(on: &impl ConnectionTrait, now: Timestamp) -> Result<u64, StoreError> {
    let before = |keep: SignedDuration| now.saturating_sub(keep).unwrap_or(now).as_millisecond();
    let mut rows = 0;
    for (sql, bound) in [
        ("DELETE FROM login_sessions WHERE expires_at < $1", now.as_millisecond()),
        ("DELETE FROM one_time_tokens WHERE expires_at < $1", before(KEEP_TOKENS)),
        ("DELETE FROM oauth_attempts WHERE expires_at < $1", before(KEEP_TOKENS)),
        (
            "DELETE FROM webhook_deliveries WHERE state IN ('done', 'ignored') AND received_at < $1",
            before(KEEP_DELIVERIES),
        ),
        ("DELETE FROM rate_limits WHERE window_start < $1", before(KEEP_COUNTS)),
    ] {
        let done = on
            .execute_raw(Statement::from_sql_and_values(
                on.get_database_backend(),
                sql,
                [bound.into()],
            ))
            .await?;
        rows += done.rows_affected();
    }
    Ok(rows)
}
