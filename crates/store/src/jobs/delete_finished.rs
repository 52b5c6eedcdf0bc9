//! Removes what was done long ago.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;

/// Deletes jobs done before `before`. Dead letters stay until a person has looked.
///
/// # Errors
/// The database refuses.
pub async fn delete_finished(on: &impl ConnectionTrait, before: Timestamp) -> Result<u64, StoreError> {
    let done = on
        .execute_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            "DELETE FROM jobs WHERE state = 'done' AND finished_at < $1",
            [before.as_millisecond().into()],
        ))
        .await?;
    Ok(done.rows_affected())
}
