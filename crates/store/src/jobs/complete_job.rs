//! Marks jobs as done.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::error::StoreError;
use crate::given_rows::{GivenRows, Kind};
use crate::jobs::lease::Lease;

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
    if leases.is_empty() {
        return Ok(());
    }
    let done = on
        .execute_raw(completion(on.get_database_backend(), leases, now))
        .await?;
    if usize::try_from(done.rows_affected()) == Ok(leases.len()) {
        Ok(())
    } else {
        Err(StoreError::LeaseLost)
    }
}

/// The statement that marks those as done whose leases hold.
pub(crate) fn completion(backend: DatabaseBackend, leases: &[Lease], now: Timestamp) -> Statement {
    let rows: Vec<_> = leases
        .iter()
        .map(|lease| [lease.job_id.into(), lease.token.into()])
        .collect();
    let given = GivenRows::new(backend, "held", [("job_id", Kind::Id), ("token", Kind::Number)], &rows);
    let sql = format!(
        "WITH {held} UPDATE jobs SET state = 'done', finished_at = ${now}, updated_at = ${now}, lease_until = NULL, \
         leased_by = NULL FROM held \
         WHERE {joined} AND jobs.lease_token = held.token AND jobs.state = 'leased'",
        held = given.table(),
        joined = given.joined("jobs.id", "job_id"),
        now = given.next(),
    );
    Statement::from_sql_and_values(backend, sql, given.values([now.as_millisecond().into()]))
}
