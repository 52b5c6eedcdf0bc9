//! Rooms.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, QueryOrder};

use crate::entities::room;
use crate::error::StoreError;

/// All rooms by name, those out of use as well.
///
/// # Errors
/// The database refuses.
pub async fn list_rooms(on: &impl ConnectionTrait) -> Result<Vec<room::Model>, StoreError> {
    Ok(room::Entity::find()
        .order_by_asc(room::Column::Name)
        .order_by_asc(room::Column::Id)
        .all(on)
        .await?)
}

/// Adds the room, or changes the one of this id. A second room of one name is [`StoreError::Duplicate`].
///
/// # Errors
/// See above, or the database refuses.
pub async fn upsert_room(on: &impl ConnectionTrait, row: room::Model) -> Result<(), StoreError> {
    use room::Column;
    let known = OnConflict::column(Column::Id)
        .update_columns([Column::Name, Column::Address, Column::Active, Column::UpdatedAt])
        .to_owned();
    room::Entity::insert(row.into_active_model())
        .on_conflict(known)
        .exec_without_returning(on)
        .await?;
    Ok(())
}
