//! Replaces a host's weekly hours as a whole.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::entities::schedule_window;
use crate::error::StoreError;

/// Removes all windows of the host and inserts `rows`. To be called within a transaction that holds the host's row.
///
/// # Errors
/// The database refuses.
pub async fn replace_windows(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    rows: Vec<schedule_window::Model>,
) -> Result<(), StoreError> {
    schedule_window::Entity::delete_many()
        .filter(schedule_window::Column::HostId.eq(host_id))
        .exec(on)
        .await?;
    if !rows.is_empty() {
        schedule_window::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
            .exec_without_returning(on)
            .await?;
    }
    Ok(())
}
