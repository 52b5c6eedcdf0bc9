//! What calendars were told of an appointment by mail so far.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;

/// The newest mail about the appointment to this audience (`customer` or `host`), other than `except`, that carries a
/// calendar part and has gone out or may have.
///
/// # Errors
/// The database refuses.
pub async fn find_last_calendar_part(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
    audience: &str,
    except: Uuid,
) -> Result<Option<message::Model>, StoreError> {
    Ok(message::Entity::find()
        .filter(message::Column::AppointmentId.eq(appointment_id))
        .filter(message::Column::Audience.eq(audience))
        .filter(message::Column::Id.ne(except))
        .filter(message::Column::CalendarMethod.is_not_null())
        .filter(message::Column::State.is_in(["sending", "sent"]))
        .order_by_desc(message::Column::CreatedAt)
        .order_by_desc(message::Column::Id)
        .one(on)
        .await?)
}
