//! Jobs for the admin's page.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::entities::job;
use crate::error::StoreError;

/// A page of the jobs in `state`: those that wait in the order in which they are due, the others newest first.
///
/// # Errors
/// The database refuses.
pub async fn list_jobs(
    on: &impl ConnectionTrait,
    state: &str,
    offset: u64,
    limit: u64,
) -> Result<Vec<job::Model>, StoreError> {
    let jobs = job::Entity::find().filter(job::Column::State.eq(state));
    let jobs = if state == "queued" {
        jobs.order_by_asc(job::Column::RunAt)
    } else {
        jobs.order_by_desc(job::Column::UpdatedAt)
    };
    Ok(jobs
        .order_by_desc(job::Column::Id)
        .offset(offset)
        .limit(limit)
        .all(on)
        .await?)
}
