//! Connections whose busy times are kept fresh.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::entities::calendar_connection;
use crate::error::StoreError;

/// The ids of all connections that work, or may work again without anybody's doing, in their order.
///
/// # Errors
/// The database refuses.
pub async fn list_connected(on: &impl ConnectionTrait) -> Result<Vec<Uuid>, StoreError> {
    Ok(calendar_connection::Entity::find()
        .select_only()
        .column(calendar_connection::Column::Id)
        .filter(calendar_connection::Column::Status.is_in(["active", "syncing", "degraded"]))
        // Whoever does something to all of them does it in the same order, so that nobody waits in a circle.
        .order_by_asc(calendar_connection::Column::Id)
        .into_tuple()
        .all(on)
        .await?)
}
