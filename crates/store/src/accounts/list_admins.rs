//! Who runs the installation.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::entities::user;
use crate::error::StoreError;

/// The enabled administrators, longest there first.
///
/// # Errors
/// The database refuses.
pub async fn list_admins(on: &impl ConnectionTrait) -> Result<Vec<user::Model>, StoreError> {
    Ok(user::Entity::find()
        .filter(user::Column::Role.eq("admin"))
        .filter(user::Column::DisabledAt.is_null())
        .order_by_asc(user::Column::Id)
        .all(on)
        .await?)
}
