//! Adds dates and weekly times.

use sea_orm::sea_query::OnConflict;
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

/// Adds the date of a weekly time where it is not there yet; returns whether it was added.
///
/// # Errors
/// The database refuses.
pub async fn insert_planned(on: &impl ConnectionTrait, row: occurrence::Model) -> Result<bool, StoreError> {
    let known = OnConflict::columns([occurrence::Column::TemplateId, occurrence::Column::FirstDate])
        .do_nothing()
        .to_owned();
    let added = occurrence::Entity::insert(row.into_active_model())
        .on_conflict(known)
        .exec_without_returning(on)
        .await?;
    Ok(added > 0)
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

/// Takes a date back that was just added and turned out not to be possible.
///
/// # Errors
/// The database refuses.
pub async fn remove_planned(on: &impl ConnectionTrait, id: uuid::Uuid) -> Result<(), StoreError> {
    occurrence::Entity::delete_by_id(id).exec(on).await?;
    Ok(())
}
