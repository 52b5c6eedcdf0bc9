//! The right to work on a job.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement, Value};
use uuid::Uuid;

use crate::error::StoreError;
use crate::given_rows::one_of;

/// The right to work on one job, as long as nobody claimed it anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job_id: Uuid,
    /// The fencing token of the claim.
    pub token: i64,
}

/// Sees to it that `lease` still holds, until the transaction `on` ends: what a worker writes about its work belongs
/// behind this, so that one that was thought dead does not overwrite its successor.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses.
pub async fn hold_lease(on: &impl ConnectionTrait, lease: Lease) -> Result<(), StoreError> {
    hold_one(on, lease, &[]).await
}

/// The same, with the row of the appointment locked before that the work is about: everything about it is decided under that
/// lock, the mail job's "did it carry the link?" included.
///
/// # Errors
/// [`StoreError::LeaseLost`], or the database refuses.
pub async fn hold_lease_about(on: &impl ConnectionTrait, lease: Lease, appointment_id: Uuid) -> Result<(), StoreError> {
    hold_one(on, lease, &[appointment_id]).await
}

async fn hold_one(on: &impl ConnectionTrait, lease: Lease, appointments: &[Uuid]) -> Result<(), StoreError> {
    let held = hold_leases(on, &[lease], appointments).await?;
    held.contains(&lease.job_id).then_some(()).ok_or(StoreError::LeaseLost)
}

/// The same for several, in one statement: the jobs whose leases hold. Of the others nothing may be written. The rows of
/// `appointments` are locked before, as everywhere: everything about them is decided under that lock.
///
/// # Errors
/// The database refuses.
pub async fn hold_leases(
    on: &impl ConnectionTrait,
    leases: &[Lease],
    appointments: &[Uuid],
) -> Result<HashSet<Uuid>, StoreError> {
    if leases.is_empty() {
        return Ok(HashSet::new());
    }
    let backend = on.get_database_backend();
    let ids: Vec<Uuid> = leases.iter().map(|lease| lease.job_id).collect();
    let (one_of_these, mut values) = one_of(backend, &ids, 1);
    // SQLite's transactions exclude each other from their start; PostgreSQL needs the rows locked, by everybody in the same
    // order.
    let order = match backend {
        DatabaseBackend::Postgres => " ORDER BY id FOR UPDATE",
        _ => "",
    };
    let lock = lock_before(backend, appointments, 2);
    let sql = format!(
        "{locked}SELECT id, lease_token FROM jobs WHERE {after}id {one_of_these} AND state = 'leased'{order}",
        locked = lock.table("WITH "),
        after = lock.condition,
    );
    values.extend(lock.values);
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    let mut held = HashSet::with_capacity(rows.len());
    for row in rows {
        let lease = Lease {
            job_id: row.try_get("", "id")?,
            token: row.try_get("", "lease_token")?,
        };
        if leases.contains(&lease) {
            held.insert(lease.job_id);
        }
    }
    Ok(held)
}

/// What locks appointments before anything else in a statement about jobs.
pub(super) struct LockBefore {
    table: String,
    /// The beginning of the statement's conditions. It depends on no job, so it is looked at before any job is.
    pub(super) condition: &'static str,
    pub(super) values: Vec<Value>,
}

impl LockBefore {
    /// Its part of the statement's `WITH`, if it has one, behind `before`.
    pub(super) fn table(&self, before: &str) -> String {
        if self.table.is_empty() {
            return String::new();
        }
        format!("{before}{} ", self.table)
    }
}

/// Locks the rows of `appointments` in the order of their ids, by a parameter of this number. Nothing on SQLite, whose
/// transactions exclude each other from their start.
pub(super) fn lock_before(backend: DatabaseBackend, appointments: &[Uuid], number: usize) -> LockBefore {
    if backend != DatabaseBackend::Postgres || appointments.is_empty() {
        return LockBefore {
            table: String::new(),
            condition: "",
            values: Vec::new(),
        };
    }
    let (one_of_these, values) = one_of(backend, appointments, number);
    LockBefore {
        table: format!(
            "locked AS MATERIALIZED (SELECT id FROM appointments WHERE id {one_of_these} ORDER BY id FOR UPDATE)"
        ),
        condition: "(SELECT COUNT(*) FROM locked) >= 0 AND ",
        values,
    }
}

/// Runs an `UPDATE` whose `WHERE` asks for job and token as `$1` and `$2`; no row means that the lease was lost.
pub(super) async fn update_leased(
    on: &impl ConnectionTrait,
    lease: Lease,
    set: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<(), StoreError> {
    let sql = format!("UPDATE jobs SET {set} WHERE id = $1 AND lease_token = $2 AND state = 'leased'");
    let values = [lease.job_id.into(), lease.token.into()].into_iter().chain(values);
    let done = on
        .execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::LeaseLost)
    }
}
