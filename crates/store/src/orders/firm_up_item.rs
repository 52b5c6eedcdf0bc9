//! Makes what an item holds its own for good.

use sea_orm::{ConnectionTrait, Statement, Value};
use uuid::Uuid;

use crate::error::StoreError;

/// The item's held claims become firm claims of `appointment_id`. Returns how many there were.
///
/// # Errors
/// The database refuses.
pub async fn firm_up_claims(
    on: &impl ConnectionTrait,
    order_item_id: Uuid,
    appointment_id: Uuid,
) -> Result<u64, StoreError> {
    let sql = "UPDATE claims SET kind = 'firm', expires_at = NULL, appointment_id = $2 WHERE order_item_id = $1";
    let values: [Value; 2] = [order_item_id.into(), appointment_id.into()];
    let done = on
        .execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    Ok(done.rows_affected())
}

/// The item's held seats become its own.
///
/// # Errors
/// The database refuses.
pub async fn firm_up_seats(on: &impl ConnectionTrait, order_item_id: Uuid) -> Result<(), StoreError> {
    for table in ["seats", "template_seats"] {
        let sql = format!("UPDATE {table} SET kind = 'firm', expires_at = NULL WHERE order_item_id = $1");
        on.execute_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [order_item_id.into()],
        ))
        .await?;
    }
    Ok(())
}
