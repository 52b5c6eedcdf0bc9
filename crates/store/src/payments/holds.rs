//! What an order that is not paid yet holds.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement, Value};
use uuid::Uuid;

use crate::error::StoreError;

/// Lets the holds of an item that have not run out by `now` last until `until`.
///
/// # Errors
/// The database refuses.
pub async fn extend_holds(
    on: &impl ConnectionTrait,
    order_item_id: Uuid,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    for table in ["claims", "seats", "template_seats"] {
        let sql = format!(
            "UPDATE {table} SET expires_at = $2 WHERE order_item_id = $1 AND kind = 'held' AND expires_at > $3"
        );
        let values: [Value; 3] = [
            order_item_id.into(),
            until.as_millisecond().into(),
            now.as_millisecond().into(),
        ];
        on.execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
            .await?;
    }
    Ok(())
}

/// How many claims, seats and places of an item stand, run out or not: as long as they stand, nobody else has them.
///
/// # Errors
/// The database refuses.
pub async fn count_holds(on: &impl ConnectionTrait, order_item_id: Uuid) -> Result<i64, StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM claims WHERE order_item_id = $1) \
               + (SELECT COUNT(*) FROM seats WHERE order_item_id = $1) \
               + (SELECT COUNT(*) FROM template_seats WHERE order_item_id = $1) AS standing";
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [order_item_id.into()],
        ))
        .await?;
    Ok(row.map(|row| row.try_get("", "standing")).transpose()?.unwrap_or(0))
}
