//! Gives back what an item claims.

use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::error::StoreError;

/// Removes the item's claims and seats, held or firm.
///
/// # Errors
/// The database refuses.
pub async fn release_item(on: &impl ConnectionTrait, order_item_id: Uuid) -> Result<(), StoreError> {
    for table in ["claims", "seats", "template_seats"] {
        let sql = format!("DELETE FROM {table} WHERE order_item_id = $1");
        on.execute_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [order_item_id.into()],
        ))
        .await?;
    }
    Ok(())
}
