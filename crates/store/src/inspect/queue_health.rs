//! How the queue is doing.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// What waits and what hangs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueHealth {
    /// When the job that waits longest was due, if one is overdue.
    pub oldest_due: Option<Timestamp>,
    /// Jobs that are due and that nobody has taken.
    pub due: i64,
    /// Jobs whose lease ran out and that nobody has taken back.
    pub expired_leases: i64,
    /// When the first of these leases ran out.
    pub oldest_lease: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct Row {
    oldest_due: Option<i64>,
    due: i64,
    expired_leases: i64,
    oldest_lease: Option<i64>,
}

/// Looks at the queue as it is at `now`.
///
/// # Errors
/// The database refuses.
pub async fn read_queue_health(on: &impl ConnectionTrait, now: Timestamp) -> Result<QueueHealth, StoreError> {
    let sql = "SELECT \
               (SELECT MIN(run_at) FROM jobs WHERE state = 'queued' AND run_at <= $1) AS oldest_due, \
               (SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND run_at <= $1) AS due, \
               (SELECT COUNT(*) FROM jobs WHERE state = 'leased' AND lease_until <= $1) AS expired_leases, \
               (SELECT MIN(lease_until) FROM jobs WHERE state = 'leased' AND lease_until <= $1) AS oldest_lease";
    let row = Row::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [now.as_millisecond().into()],
    ))
    .one(on)
    .await?
    .ok_or_else(|| StoreError::Inconsistent {
        place: "jobs",
        what: "a count has no row".to_owned(),
    })?;
    let instant = |millis: Option<i64>| millis.map(|millis| UnixMillis(millis).timestamp());
    Ok(QueueHealth {
        oldest_due: instant(row.oldest_due),
        due: row.due,
        expired_leases: row.expired_leases,
        oldest_lease: instant(row.oldest_lease),
    })
}
