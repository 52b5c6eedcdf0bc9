//! The mails to the customer of an appointment.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;

/// Every mail that the customer of the appointment was owed, however far it got; in no order.
///
/// # Errors
/// The database refuses.
pub async fn list_customer_mails(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
) -> Result<Vec<message::Model>, StoreError> {
    Ok(message::Entity::find()
        .filter(message::Column::AppointmentId.eq(appointment_id))
        .filter(message::Column::Audience.eq("customer"))
        .all(on)
        .await?)
}
