//! What is dated: one occurrence, one weekly time.

use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::entities::{occurrence, recurring_template};
use crate::error::StoreError;

/// The occurrence of this id.
///
/// # Errors
/// The database refuses.
pub async fn find_occurrence(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<occurrence::Model>, StoreError> {
    Ok(occurrence::Entity::find_by_id(id).one(on).await?)
}

/// The weekly time of this id.
///
/// # Errors
/// The database refuses.
pub async fn find_template(
    on: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<recurring_template::Model>, StoreError> {
    Ok(recurring_template::Entity::find_by_id(id).one(on).await?)
}
