//! Adds dates and weekly times.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::entities::{occurrence, recurring_template};
use crate::error::StoreError;

/// Adds the occurrence.
///
/// # Errors
/// The database refuses.
pub async fn insert_occurrence(on: &impl ConnectionTrait, row: occurrence::Model) -> Result<(), StoreError> {
    occurrence::Entity::insert(row.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}

/// Adds the weekly time.
///
/// # Errors
/// The database refuses.
pub async fn insert_template(on: &impl ConnectionTrait, row: recurring_template::Model) -> Result<(), StoreError> {
    recurring_template::Entity::insert(row.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}
