//! Makes somebody a host.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::entities::host;
use crate::error::StoreError;

/// Inserts the row. A taken address, and a second row of one account, are [`StoreError::Duplicate`].
///
/// # Errors
/// See above, or the database refuses.
pub async fn insert_host(on: &impl ConnectionTrait, row: host::Model) -> Result<(), StoreError> {
    host::Entity::insert(row.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}
