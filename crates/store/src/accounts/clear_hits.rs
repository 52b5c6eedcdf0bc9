//! Forgets the tries of a key: whoever proved to be the owner starts afresh.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::entities::rate_limit;
use crate::error::StoreError;

/// Forgets every window of `key`.
///
/// # Errors
/// The database refuses.
pub async fn clear_hits(on: &impl ConnectionTrait, key: &str) -> Result<(), StoreError> {
    rate_limit::Entity::delete_many()
        .filter(rate_limit::Column::Key.eq(key))
        .exec(on)
        .await?;
    Ok(())
}
