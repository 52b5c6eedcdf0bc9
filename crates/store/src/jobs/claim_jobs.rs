//! Takes jobs that are due, each for one worker alone.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, Statement, Value};

use crate::entities::job;
use crate::error::StoreError;
use crate::jobs::lease::Lease;

/// How many due jobs are looked at to find some of different lanes.
const WINDOW: i64 = 200;

/// What a worker asks for.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// The worker's own name.
    pub worker: &'a str,
    /// Which kinds of job.
    pub kinds: &'a [&'a str],
    /// At most so many.
    pub limit: u64,
    /// At most so many of one lane at work at once, those of other workers included. Under concurrent claims on
    /// PostgreSQL it may be a few more: it is about fairness, not about safety.
    pub per_lane: u64,
    /// How long the leases hold without a sign of life.
    pub lease_until: Timestamp,
}

impl job::Model {
    /// The lease under which this row was claimed.
    pub fn lease(&self) -> Lease {
        Lease {
            job_id: self.id,
            token: self.lease_token,
        }
    }
}

/// Claims due jobs, the most urgent first. A job is left alone while another one of the same key is at work, so that no
/// two workers are ever busy with the same subject. Call [`super::reap_leases::reap_leases`] before, in its own
/// transaction.
///
/// # Errors
/// The database refuses.
pub async fn claim_jobs(
    on: &impl ConnectionTrait,
    claim: &Claim<'_>,
    now: Timestamp,
) -> Result<Vec<job::Model>, StoreError> {
    if claim.kinds.is_empty() || claim.limit == 0 {
        return Ok(Vec::new());
    }
    let backend = on.get_database_backend();
    // What stands between these: on PostgreSQL an array is made once, whatever the planner thinks of the table. As a join, its
    // choice from what it had known of an empty queue was to go through the whole queue for each candidate.
    let (among, end, lock) = match backend {
        DatabaseBackend::Postgres => ("= ANY (ARRAY(", "))", "FOR UPDATE OF j SKIP LOCKED"),
        _ => ("IN (", ")", ""),
    };
    // Each kind by itself, since that has an index of its own in which its due jobs stand in their order. All kinds at once, in
    // the order of their priorities, were no better than going through the whole table to a planner that believed the queue
    // to be empty.
    let due: Vec<String> = (7..7 + claim.kinds.len())
        .map(|kind| {
            format!(
                "SELECT * FROM (SELECT id, lane, priority, run_at FROM jobs \
                   WHERE state = 'queued' AND kind = ${kind} AND run_at <= $1 \
                     AND (lane IS NULL OR lane NOT IN (SELECT lane FROM full_lanes)) \
                     AND (dedupe_key IS NULL OR \
                       dedupe_key NOT IN (SELECT dedupe_key FROM at_work WHERE dedupe_key IS NOT NULL)) \
                   ORDER BY run_at LIMIT CAST($3 AS BIGINT)) due"
            )
        })
        .collect();
    // A bare parameter as a limit would make SQLite prepare the statement anew each time it is bound.
    // What is at work is looked at once, and every part is quick by its shape: the numbers of a queue's rows change faster
    // than a planner's knowledge of them. `|| ''` keeps planners from an index: those chosen are found by their ids.
    let sql = format!(
        "WITH at_work AS MATERIALIZED (SELECT lane, dedupe_key FROM jobs WHERE state = 'leased'), \
         full_lanes AS MATERIALIZED (\
           SELECT lane FROM at_work WHERE lane IS NOT NULL GROUP BY lane HAVING COUNT(*) >= $2), \
         candidates AS ({due} ORDER BY priority, run_at LIMIT CAST($3 AS BIGINT)), \
         ranked AS (\
           SELECT id, lane, priority, run_at, \
             ROW_NUMBER() OVER (PARTITION BY COALESCE(lane, id) ORDER BY waits, priority, run_at) AS place \
           FROM (SELECT id, lane, priority, run_at, 1 AS waits FROM candidates \
             UNION ALL SELECT NULL, lane, 0, 0, 0 FROM at_work WHERE lane IS NOT NULL) lanes), \
         chosen AS (\
           SELECT j.id FROM jobs j \
           WHERE j.id {among}SELECT id FROM ranked WHERE id IS NOT NULL AND (lane IS NULL OR place <= $2){end} \
             AND j.state || '' = 'queued' \
           ORDER BY j.priority, j.run_at LIMIT CAST($4 AS BIGINT) {lock}) \
         UPDATE jobs SET state = 'leased', lease_token = lease_token + 1, lease_until = $5, leased_by = $6, updated_at = $1 \
         WHERE id {among}SELECT id FROM chosen{end} RETURNING *",
        due = due.join(" UNION ALL "),
    );
    let number = |value: u64| Value::from(i64::try_from(value).unwrap_or(i64::MAX));
    let values = [
        now.as_millisecond().into(),
        number(claim.per_lane),
        WINDOW.into(),
        number(claim.limit),
        claim.lease_until.as_millisecond().into(),
        claim.worker.into(),
    ]
    .into_iter()
    .chain(claim.kinds.iter().map(|kind| Value::from(*kind)));
    let mut claimed = job::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(backend, sql, values))
        .all(on)
        .await?;
    claimed.sort_by_key(|job| (job.priority, job.run_at, job.id));
    Ok(claimed)
}
