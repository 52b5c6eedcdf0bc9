//! The mails to the customer of an appointment.

use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;

/// Every mail that the customer of the appointment was owed, that about its order among them, however far it got; in no
/// order.
///
/// # Errors
/// The database refuses.
pub async fn list_customer_mails(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
) -> Result<Vec<message::Model>, StoreError> {
    let sql = "SELECT * FROM messages WHERE appointment_id = $1 AND audience = 'customer' \
               UNION ALL SELECT m.* FROM appointments a JOIN order_items i ON i.id = a.order_item_id \
               JOIN messages m ON m.order_id = i.order_id WHERE a.id = $1 AND m.kind = 'order_confirmed'";
    Ok(message::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [appointment_id.into()],
        ))
        .all(on)
        .await?)
}
