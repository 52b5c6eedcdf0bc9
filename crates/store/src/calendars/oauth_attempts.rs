//! Trips to a provider's consent page.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Statement};

use crate::entities::oauth_attempt;
use crate::error::StoreError;

/// Notes that a trip begins.
///
/// # Errors
/// The database refuses.
pub async fn insert_attempt(on: &impl ConnectionTrait, attempt: oauth_attempt::Model) -> Result<(), StoreError> {
    oauth_attempt::Entity::insert(attempt.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}

/// The trip whose state has this hash.
///
/// # Errors
/// The database refuses.
pub async fn find_attempt(
    on: &impl ConnectionTrait,
    state_hash: &str,
) -> Result<Option<oauth_attempt::Model>, StoreError> {
    Ok(oauth_attempt::Entity::find_by_id(state_hash).one(on).await?)
}

/// Ends the trip; true for the one caller who was first.
///
/// # Errors
/// The database refuses.
pub async fn use_attempt(on: &impl ConnectionTrait, state_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done = on
        .execute_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            "UPDATE oauth_attempts SET used_at = $2 WHERE state_hash = $1 AND used_at IS NULL",
            [state_hash.into(), now.as_millisecond().into()],
        ))
        .await?;
    Ok(done.rows_affected() == 1)
}
