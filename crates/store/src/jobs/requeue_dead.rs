//! Brings dead letters back to life.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};
use uuid::Uuid;

use crate::entities::job;
use crate::error::StoreError;

/// So many at once; what is left is brought back by asking again.
const MOST: u64 = 1000;

/// Queues the dead job `id`, or with `None` all dead jobs (the oldest thousand), due at once and with a clean count. A job
/// whose work is queued already is taken for done. Returns the jobs that were dead.
///
/// # Errors
/// The database refuses.
pub async fn requeue_dead(
    on: &impl ConnectionTrait,
    id: Option<Uuid>,
    now: Timestamp,
) -> Result<Vec<job::Model>, StoreError> {
    let backend = on.get_database_backend();
    let mut dead = job::Entity::find().filter(job::Column::State.eq("dead"));
    if let Some(id) = id {
        dead = dead.filter(job::Column::Id.eq(id));
    }
    let dead = dead.order_by_asc(job::Column::UpdatedAt).limit(MOST).all(on).await?;
    for job in &dead {
        // One by one, because two of them may have the same key: the second then finds the first one queued.
        on.execute_raw(Statement::from_sql_and_values(
            backend,
            "UPDATE jobs SET run_at = $2, attempts = 0, updated_at = $2, \
             state = CASE WHEN EXISTS (SELECT 1 FROM jobs t WHERE t.dedupe_key = jobs.dedupe_key AND t.state = 'queued') \
               THEN 'done' ELSE 'queued' END, \
             finished_at = CASE WHEN EXISTS (SELECT 1 FROM jobs t WHERE t.dedupe_key = jobs.dedupe_key AND t.state = 'queued') \
               THEN CAST($2 AS BIGINT) ELSE NULL END \
             WHERE id = $1 AND state = 'dead'",
            [job.id.into(), now.as_millisecond().into()],
        ))
        .await?;
    }
    Ok(dead)
}
