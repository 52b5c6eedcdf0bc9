//! Marks jobs as done.

use std::collections::HashSet;

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::error::StoreError;
use crate::given_rows::{GivenRows, Kind};
use crate::jobs::lease::{Lease, lock_before};

/// The job is done.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses.
pub async fn complete_job(on: &impl ConnectionTrait, lease: Lease, now: Timestamp) -> Result<(), StoreError> {
    complete_jobs(on, &[lease], now).await
}

/// The same for several different jobs, in one statement.
///
/// # Errors
/// [`StoreError::LeaseLost`] where any of the leases is gone: then the transaction has to be undone. Or the database refuses.
pub async fn complete_jobs(on: &impl ConnectionTrait, leases: &[Lease], now: Timestamp) -> Result<(), StoreError> {
    let completed = complete_held(on, leases, &[], now).await?;
    if completed.len() == leases.len() {
        Ok(())
    } else {
        Err(StoreError::LeaseLost)
    }
}

/// Marks those of several different jobs as done whose leases hold, and returns them; of the others nothing may be written.
/// The rows of `appointments` are locked before, as everywhere: everything about them is decided under that lock.
///
/// # Errors
/// The database refuses.
pub async fn complete_held(
    on: &impl ConnectionTrait,
    leases: &[Lease],
    appointments: &[Uuid],
    now: Timestamp,
) -> Result<HashSet<Uuid>, StoreError> {
    if leases.is_empty() {
        return Ok(HashSet::new());
    }
    let backend = on.get_database_backend();
    let rows: Vec<_> = leases
        .iter()
        .map(|lease| [lease.job_id.into(), lease.token.into()])
        .collect();
    let columns = [("job_id", Kind::Id), ("token", Kind::Number)];
    let given = GivenRows::new(backend, "held", columns, &rows);
    let at = given.next();
    let lock = lock_before(backend, appointments, at + 1);
    let sql = format!(
        "WITH {held}{locked} UPDATE jobs SET state = 'done', finished_at = ${at}, updated_at = ${at}, lease_until = NULL, \
         leased_by = NULL FROM held \
         WHERE {after}{joined} AND jobs.lease_token = held.token AND jobs.state = 'leased' RETURNING jobs.id AS id",
        held = given.table(),
        locked = lock.table(", "),
        after = lock.condition,
        joined = given.joined("jobs.id", "job_id"),
    );
    let values = given.values([now.as_millisecond().into()].into_iter().chain(lock.values));
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}
