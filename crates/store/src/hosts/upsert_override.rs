//! Sets the hours of one date.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::entities::schedule_override;
use crate::error::StoreError;

/// Inserts the row, or replaces hours and note of the one that the host already has for this date.
///
/// # Errors
/// The database refuses.
pub async fn upsert_override(on: &impl ConnectionTrait, row: schedule_override::Model) -> Result<(), StoreError> {
    schedule_override::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([schedule_override::Column::HostId, schedule_override::Column::Date])
                .update_columns([schedule_override::Column::Windows, schedule_override::Column::Note])
                .to_owned(),
        )
        .exec_without_returning(on)
        .await?;
    Ok(())
}
