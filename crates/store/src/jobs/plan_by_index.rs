//! Has a database go by its indexes.

use sea_orm::{ConnectionTrait, DatabaseBackend};

use crate::error::StoreError;

/// For the rest of the transaction, PostgreSQL goes through no table from end to end where an index would do. A claim knows its
/// rows by their ids; but of a queue that was empty a moment ago the planner believes that it still is, and then compares
/// each of its rows with each of those ids
/// (postgresql.org/docs/current/runtime-config-query.html, `enable_seqscan`). SQLite, which counts on no such numbers, is
/// left alone.
///
/// # Errors
/// The database refuses.
pub async fn plan_by_index(on: &impl ConnectionTrait) -> Result<(), StoreError> {
    if on.get_database_backend() == DatabaseBackend::Postgres {
        on.execute_unprepared("SET LOCAL enable_seqscan = off").await?;
    }
    Ok(())
}
