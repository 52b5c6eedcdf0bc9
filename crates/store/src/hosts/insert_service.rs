//! Adds a service.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::entities::service;
use crate::error::StoreError;

/// Inserts the row. A second service of the same address at one host is [`StoreError::Duplicate`].
///
/// # Errors
/// See above, or the database refuses.
pub async fn insert_service(on: &impl ConnectionTrait, row: service::Model) -> Result<(), StoreError> {
    service::Entity::insert(row.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}
