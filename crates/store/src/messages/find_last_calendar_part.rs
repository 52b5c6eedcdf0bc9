//! What calendars were told of an appointment by mail so far.

use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;

/// The newest mail about the appointment to this reader, other than `except`, that carries a calendar part and has gone out
/// or may have. A reader is an audience (`customer` or `host`) and an address: who serves may change.
///
/// # Errors
/// The database refuses.
pub async fn find_last_calendar_part(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
    (audience, recipient): (&str, &str),
    except: Uuid,
) -> Result<Option<message::Model>, StoreError> {
    let sql = format!(
        "SELECT m.* FROM messages m WHERE {told} AND m.audience = $2 AND m.recipient = $3 AND m.id <> $4 {NEWEST}",
        told = told("$1")
    );
    Ok(message::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [appointment_id.into(), audience.into(), recipient.into(), except.into()],
        ))
        .one(on)
        .await?)
}

/// Of mails `m`: that one about this appointment carries a calendar part and has gone out or may have. One that was skipped
/// has a part only where an attempt came before whose end nobody knows.
pub(crate) fn told(appointment: &str) -> String {
    format!(
        "m.appointment_id = {appointment} AND m.calendar_method IS NOT NULL AND m.state IN ('sending', 'sent', 'skipped')"
    )
}

/// Of mails `m`: the newest.
pub(crate) const NEWEST: &str = "ORDER BY m.created_at DESC, m.id DESC LIMIT 1";
