//! What an order's items became.

use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use uuid::Uuid;

use crate::entities::appointment;
use crate::error::StoreError;

/// The appointments of an order, whatever became of them: by the order of its items, of each the earliest first.
///
/// # Errors
/// The database refuses.
pub async fn list_appointments(
    on: &impl ConnectionTrait,
    order_id: Uuid,
) -> Result<Vec<appointment::Model>, StoreError> {
    let sql = "SELECT a.* FROM order_items i JOIN appointments a ON a.order_item_id = i.id WHERE i.order_id = $1 \
               ORDER BY i.position, a.run";
    Ok(appointment::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [order_id.into()],
        ))
        .all(on)
        .await?)
}
