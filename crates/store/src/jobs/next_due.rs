//! When there will be something to do.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};

use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// What comes next in the queue; perhaps past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextWork {
    /// When the next queued job is due.
    pub job: Option<Timestamp>,
    /// When the next lease runs out.
    pub lease_end: Option<Timestamp>,
}

/// What comes next in the queue.
///
/// # Errors
/// The database refuses.
pub async fn next_work(on: &impl ConnectionTrait) -> Result<NextWork, StoreError> {
    let row = on
        .query_one_raw(Statement::from_string(
            on.get_database_backend(),
            "SELECT (SELECT MIN(run_at) FROM jobs WHERE state = 'queued') AS job, \
             (SELECT MIN(lease_until) FROM jobs WHERE state = 'leased') AS lease_end",
        ))
        .await?;
    match row {
        Some(row) => Ok(NextWork {
            job: instant(&row, "job")?,
            lease_end: instant(&row, "lease_end")?,
        }),
        None => Ok(NextWork::default()),
    }
}

/// The instant at which the next queued job is due or the next lease runs out; perhaps past. `None` where nothing waits.
///
/// # Errors
/// The database refuses.
pub async fn next_due(on: &impl ConnectionTrait) -> Result<Option<Timestamp>, StoreError> {
    let NextWork { job, lease_end } = next_work(on).await?;
    Ok(job.into_iter().chain(lease_end).min())
}

fn instant(row: &QueryResult, column: &str) -> Result<Option<Timestamp>, DbErr> {
    let at: Option<i64> = row.try_get("", column)?;
    Ok(at.map(|at| UnixMillis(at).timestamp()))
}
