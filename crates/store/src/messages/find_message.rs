//! One e-mail that is owed.

use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;

/// The mail of this id.
///
/// # Errors
/// The database refuses.
pub async fn find_message(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<message::Model>, StoreError> {
    Ok(message::Entity::find_by_id(id).one(on).await?)
}
