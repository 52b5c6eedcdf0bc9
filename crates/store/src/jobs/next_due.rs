//! When there will be something to do.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use crate::error::StoreError;
use crate::number_rows::number_rows;
use crate::unix_millis::UnixMillis;

/// What comes next in the queue; perhaps past.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextWork {
    /// When the next queued job of each group of kinds is due, in the order of the groups.
    pub jobs: Vec<Option<Timestamp>>,
    /// When the next lease runs out.
    pub lease_end: Option<Timestamp>,
}

/// What comes next in the queue for each of these groups of kinds: a look that costs the same however many jobs wait, before a
/// claim that reads through those of other kinds as well.
///
/// # Errors
/// The database refuses.
pub async fn next_work(on: &impl ConnectionTrait, groups: &[&[&str]]) -> Result<NextWork, StoreError> {
    let kinds: Vec<&str> = groups.concat();
    let sql = format!(
        "WITH asked (kind) AS (VALUES {}) \
         SELECT kind, (SELECT run_at FROM jobs WHERE state = 'queued' AND jobs.kind = asked.kind ORDER BY run_at LIMIT 1) AS at \
         FROM asked UNION ALL SELECT NULL, (SELECT MIN(lease_until) FROM jobs WHERE state = 'leased')",
        number_rows(kinds.len(), 1, |[kind]| format!("(${kind})")),
    );
    let values = kinds.iter().map(|kind| Value::from(*kind));
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    let mut next = NextWork {
        jobs: vec![None; groups.len()],
        lease_end: None,
    };
    for row in rows {
        let at = instant(&row, "at")?;
        let Some(kind) = row.try_get::<Option<String>>("", "kind")? else {
            next.lease_end = at;
            continue;
        };
        for (group, due) in groups.iter().zip(&mut next.jobs) {
            if group.contains(&kind.as_str()) {
                *due = due.iter().copied().chain(at).min();
            }
        }
    }
    Ok(next)
}

/// The instant at which the next queued job is due or the next lease runs out; perhaps past. `None` where nothing waits.
///
/// # Errors
/// The database refuses.
pub async fn next_due(on: &impl ConnectionTrait) -> Result<Option<Timestamp>, StoreError> {
    let row = on
        .query_one_raw(Statement::from_string(
            on.get_database_backend(),
            "SELECT (SELECT MIN(run_at) FROM jobs WHERE state = 'queued') AS job, \
             (SELECT MIN(lease_until) FROM jobs WHERE state = 'leased') AS lease_end",
        ))
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(instant(&row, "job")?
        .into_iter()
        .chain(instant(&row, "lease_end")?)
        .min())
}

fn instant(row: &QueryResult, column: &str) -> Result<Option<Timestamp>, DbErr> {
    let at: Option<i64> = row.try_get("", column)?;
    Ok(at.map(|at| UnixMillis(at).timestamp()))
}
