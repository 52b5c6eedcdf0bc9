//! Whether a service was ever used as the kind that it is.

use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::error::StoreError;

/// Whether something hangs on the kind of the service: an appointment, an item of an order, a date or a weekly time.
///
/// # Errors
/// The database refuses.
pub async fn is_used(on: &impl ConnectionTrait, service_id: Uuid) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM appointments WHERE service_id = $1) \
               OR EXISTS (SELECT 1 FROM order_items WHERE service_id = $1) \
               OR EXISTS (SELECT 1 FROM occurrences WHERE service_id = $1) \
               OR EXISTS (SELECT 1 FROM recurring_templates WHERE service_id = $1)";
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, [service_id.into()]);
    Ok(on.query_one_raw(statement).await?.is_some())
}
