//! What calendars were told of an appointment by mail so far.

use sea_orm::{ConnectionTrait, EntityTrait, Statement};
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
    let sql = format!(
        "SELECT m.* FROM messages m WHERE {told} AND m.audience = $2 AND m.id <> $3 {NEWEST}",
        told = told("$1")
    );
    Ok(message::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [appointment_id.into(), audience.into(), except.into()],
        ))
        .one(on)
        .await?)
}

/// Of mails `m`: that one about this appointment carries a calendar part and has gone out or may have.
pub(crate) fn told(appointment: &str) -> String {
    format!("m.appointment_id = {appointment} AND m.calendar_method IS NOT NULL AND m.state IN ('sending', 'sent')")
}

/// Of mails `m`: the newest.
pub(crate) const NEWEST: &str = "ORDER BY m.created_at DESC, m.id DESC LIMIT 1";
