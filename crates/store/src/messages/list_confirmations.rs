//! The confirmations of an appointment.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;

/// The mails that say how the appointment stands, with its Meet link: that it was booked, or that it was given to somebody
/// else since; of each audience the latest. To the customer of an order the first is the one mail about all of it.
///
/// # Errors
/// The database refuses.
pub async fn list_confirmations(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
) -> Result<Vec<message::Model>, StoreError> {
    let sql = "SELECT * FROM messages WHERE appointment_id = $1 AND kind IN ('booked', 'changed') \
               UNION ALL SELECT m.* FROM appointments a JOIN order_items i ON i.id = a.order_item_id \
               JOIN messages m ON m.order_id = i.order_id WHERE a.id = $1 AND m.kind = 'order_confirmed'";
    let mut all = message::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [appointment_id.into()],
        ))
        .all(on)
        .await?;
    all.sort_by_key(|mail| (mail.created_at, mail.kind == "changed", mail.id));
    let latest: BTreeMap<String, message::Model> = all.into_iter().map(|mail| (mail.audience.clone(), mail)).collect();
    Ok(latest.into_values().collect())
}

/// The mail to the customer that confirms the order of this item.
///
/// # Errors
/// The database refuses.
pub async fn find_order_confirmation(
    on: &impl ConnectionTrait,
    item_id: Uuid,
) -> Result<Option<message::Model>, StoreError> {
    let sql = "SELECT m.* FROM order_items i JOIN messages m ON m.order_id = i.order_id \
               WHERE i.id = $1 AND m.kind = 'order_confirmed'";
    Ok(message::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [item_id.into()],
        ))
        .one(on)
        .await?)
}
