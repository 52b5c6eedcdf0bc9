//! How a connection is doing.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use uuid::Uuid;

use super::change_row::change_row;
use crate::error::StoreError;
use crate::given_rows::one_of;

/// A success that was noted so short a time ago is noted well enough: people read it in minutes.
const JUST_NOW: SignedDuration = SignedDuration::from_secs(5);

/// Notes that the provider answered as it should to something else than a question about busy times.
///
/// # Errors
/// The database refuses.
pub async fn note_success(on: &impl ConnectionTrait, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    on.execute_raw(note_successes(on.get_database_backend(), &[id], now))
        .await?;
    Ok(())
}

/// The statement that notes the same of several connections; of those that said so a moment ago it is not written again. On
/// PostgreSQL they are locked in the order of their ids, whatever order they come in.
pub(super) fn note_successes(backend: DatabaseBackend, ids: &[Uuid], now: Timestamp) -> Statement {
    let (one_of_these, mut values) = one_of(backend, ids, 1);
    let (at, before) = (values.len() + 1, values.len() + 2);
    let lately = now.saturating_sub(JUST_NOW).unwrap_or(now);
    values.extend([now.as_millisecond().into(), lately.as_millisecond().into()]);
    let not_just_now = format!("(last_success_at IS NULL OR last_success_at < ${before})");
    let these = match backend {
        DatabaseBackend::Postgres => format!(
            "IN (SELECT id FROM calendar_connections WHERE id {one_of_these} AND {not_just_now} \
             ORDER BY id FOR NO KEY UPDATE)"
        ),
        _ => one_of_these,
    };
    let sql = format!("UPDATE calendar_connections SET last_success_at = ${at} WHERE id {these} AND {not_just_now}");
    Statement::from_sql_and_values(backend, sql, values)
}

/// Notes that busy times are known from `from` until `until`, as of now, and that all is well.
///
/// # Errors
/// The database refuses.
pub async fn note_busy_known(
    on: &impl ConnectionTrait,
    id: Uuid,
    from: Timestamp,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_connections SET status = 'active', busy_checked_at = $4, busy_from = $2, busy_until = $3, \
               last_success_at = $4, last_error_code = NULL, last_error = NULL, last_error_at = NULL, updated_at = $4 \
               WHERE id = $1 AND status IN ('active', 'syncing', 'degraded')";
    let values = [
        id.into(),
        from.as_millisecond().into(),
        until.as_millisecond().into(),
        now.as_millisecond().into(),
    ];
    change_row(on, sql, values).await.map(|_| ())
}

/// Notes that busy times are not known as they should be. Returns whether that is news.
///
/// # Errors
/// The database refuses.
pub async fn note_degraded(
    on: &impl ConnectionTrait,
    id: Uuid,
    (code, words): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_connections SET status = 'degraded', last_error_code = $2, last_error = $3, \
               last_error_at = $4, updated_at = $4 WHERE id = $1 AND status IN ('active', 'syncing', 'degraded')";
    let values = [id.into(), code.into(), words.into(), now.as_millisecond().into()];
    change_row(on, sql, values).await.map(|_| ())
}

/// Notes that only its owner can mend the connection, as long as it still has the refresh token that failed: one that was
/// reconnected meanwhile is left alone. Returns whether that is news.
///
/// # Errors
/// The database refuses.
pub async fn note_needs_reconnect(
    on: &impl ConnectionTrait,
    id: Uuid,
    failed_refresh_token: Option<&str>,
    (code, words): (&str, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE calendar_connections SET status = 'needs_reconnect', access_token_sealed = NULL, \
               access_token_expires_at = NULL, last_error_code = $3, last_error = $4, last_error_at = $5, updated_at = $5 \
               WHERE id = $1 AND status IN ('active', 'syncing', 'degraded') \
               AND COALESCE(refresh_token_sealed, '') = COALESCE($2, '')";
    let values = [
        id.into(),
        failed_refresh_token.into(),
        code.into(),
        words.into(),
        now.as_millisecond().into(),
    ];
    change_row(on, sql, values).await
}

/// Forgets the tokens and what was busy; the row and its choices stay, so that connecting again finds them.
///
/// # Errors
/// The database refuses.
pub async fn note_disconnected(on: &impl ConnectionTrait, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_connections SET status = 'disconnected', unknown_events = NULL, access_token_sealed = NULL, \
               access_token_expires_at = NULL, refresh_token_sealed = NULL, token_lease_until = NULL, \
               busy_checked_at = NULL, busy_from = NULL, busy_until = NULL, last_error_code = NULL, last_error = NULL, \
               last_error_at = NULL, updated_at = $2 WHERE id = $1";
    change_row(on, sql, [id.into(), now.as_millisecond().into()]).await?;
    let sql = "DELETE FROM busy_intervals WHERE connection_id = $1";
    change_row(on, sql, [id.into()]).await.map(|_| ())
}

/// Chooses the calendar that receives events, for this connection; `None` where it receives none.
///
/// # Errors
/// The database refuses.
pub async fn set_write_calendar(
    on: &impl ConnectionTrait,
    id: Uuid,
    calendar_id: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_connections SET write_calendar_id = $2, updated_at = $3 WHERE id = $1";
    change_row(on, sql, [id.into(), calendar_id.into(), now.as_millisecond().into()])
        .await
        .map(|_| ())
}

/// Sets what is done with the connection: whether it is used, whether bookings are added by themselves, and `write`, `read`
/// or `both`.
///
/// # Errors
/// The database refuses.
pub async fn set_sync(
    on: &impl ConnectionTrait,
    id: Uuid,
    (sync_enabled, auto_sync, direction): (bool, bool, &'static str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_connections SET sync_enabled = $2, auto_sync = $3, direction = $4, updated_at = $5 \
               WHERE id = $1";
    let values = [
        id.into(),
        sync_enabled.into(),
        auto_sync.into(),
        direction.into(),
        now.as_millisecond().into(),
    ];
    change_row(on, sql, values).await.map(|_| ())
}

/// Notes which events of ours were found in its calendars of bookings that this database does not know.
///
/// # Errors
/// The database refuses.
pub async fn note_unknown_events(
    on: &impl ConnectionTrait,
    id: Uuid,
    events: Option<serde_json::Value>,
) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_connections SET unknown_events = $2 WHERE id = $1";
    change_row(on, sql, [id.into(), events.into()]).await.map(|_| ())
}
