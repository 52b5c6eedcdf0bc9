//! Puts a job into the queue.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::error::StoreError;
use crate::given_rows::{GivenRows, Kind};

/// SQLite takes up to 32,766 parameters (sqlite.org/limits.html, "Maximum Number Of Host Parameters In A Single SQL
/// Statement"), and a job has ten.
const AT_ONCE: usize = 1000;

/// A job to be queued.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// A new id.
    pub id: Uuid,
    /// Which work.
    pub kind: &'static str,
    /// Its arguments.
    pub payload: Json,
    /// The row it is about.
    pub subject_id: Option<Uuid>,
    /// Whose calendar it works on; nobody's as far as is known here, so that it is looked up where it may be somebody's.
    pub lane: Option<Uuid>,
    /// At most one queued job has this key.
    pub dedupe_key: Option<String>,
    /// Smaller goes first.
    pub priority: i64,
    /// Not before.
    pub run_at: Timestamp,
    /// The id of the request that makes the job.
    pub caused_by: Option<String>,
    /// That request's span as a W3C `traceparent`.
    pub trace_parent: Option<String>,
}

/// Queues `job`; see [`insert_jobs`].
///
/// # Errors
/// The database refuses.
pub async fn insert_job(on: &impl ConnectionTrait, job: &NewJob, now: Timestamp) -> Result<(), StoreError> {
    insert_jobs(on, std::slice::from_ref(job), now).await
}

/// Queues jobs of different dedupe keys, [`AT_ONCE`] of them in a statement. Where one of the same key is already queued, that one is only
/// brought forward to the earlier of the two instants, and is from then on the later request's. Work on somebody's calendar
/// runs in that person's lane, so that one account that does not answer cannot occupy all hands.
///
/// # Errors
/// The database refuses.
pub async fn insert_jobs(on: &impl ConnectionTrait, jobs: &[NewJob], now: Timestamp) -> Result<(), StoreError> {
    for some in jobs.chunks(AT_ONCE) {
        on.execute_raw(insertion(on.get_database_backend(), some, now)).await?;
    }
    Ok(())
}

/// The statement that queues them.
pub(crate) fn insertion(backend: DatabaseBackend, jobs: &[NewJob], now: Timestamp) -> Statement {
    let earlier = if backend == DatabaseBackend::Postgres {
        "LEAST"
    } else {
        "MIN"
    };
    let rows: Vec<_> = jobs
        .iter()
        .map(|job| {
            [
                job.id.into(),
                job.kind.into(),
                job.payload.clone().into(),
                job.subject_id.into(),
                job.lane.into(),
                job.dedupe_key.clone().into(),
                job.priority.into(),
                job.run_at.as_millisecond().into(),
                job.caused_by.clone().into(),
                job.trace_parent.clone().into(),
            ]
        })
        .collect();
    let columns = [
        ("id", Kind::Id),
        ("kind", Kind::Text),
        ("payload", Kind::Json),
        ("subject_id", Kind::Id),
        ("lane", Kind::Id),
        ("dedupe_key", Kind::Text),
        ("priority", Kind::Number),
        ("run_at", Kind::Number),
        ("caused_by", Kind::Text),
        ("trace_parent", Kind::Text),
    ];
    let given = GivenRows::new(backend, "given", columns, &rows);
    // `WHERE TRUE` tells SQLite that what follows belongs to the insertion
    // (sqlite.org/lang_upsert.html, "Parsing Ambiguity").
    let sql = format!(
        "INSERT INTO jobs (id, kind, payload, subject_id, lane, dedupe_key, priority, state, run_at, attempts, lease_token, \
         created_at, updated_at, caused_by, trace_parent) \
         SELECT new.id, new.kind, new.payload, new.subject_id, COALESCE(new.lane, \
         (SELECT user_id FROM calendar_writes WHERE id = new.subject_id), \
         (SELECT user_id FROM calendar_connections WHERE id = new.subject_id)), \
         new.dedupe_key, new.priority, 'queued', new.run_at, 0, 0, ${now}, ${now}, new.caused_by, new.trace_parent \
         FROM (WITH {given} SELECT * FROM given) new WHERE TRUE \
         ON CONFLICT (dedupe_key) WHERE dedupe_key IS NOT NULL AND state = 'queued' \
         DO UPDATE SET run_at = {earlier}(jobs.run_at, excluded.run_at), updated_at = excluded.updated_at, \
         caused_by = COALESCE(excluded.caused_by, jobs.caused_by), \
         trace_parent = COALESCE(excluded.trace_parent, jobs.trace_parent) \
         WHERE excluded.run_at < jobs.run_at OR excluded.caused_by IS NOT NULL",
        given = given.table(),
        now = given.next(),
    );
    Statement::from_sql_and_values(backend, sql, given.values([now.as_millisecond().into()]))
}
