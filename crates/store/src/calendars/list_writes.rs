//! The writes that a comparison with a calendar is about.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};
use uuid::Uuid;

use crate::entities::calendar_write;
use crate::error::StoreError;

/// Databases allow so many parameters in one statement at least.
const AT_ONCE: usize = 500;

/// The calendars in which events of the connection stand, or may.
///
/// # Errors
/// The database refuses.
pub async fn list_written_calendars(on: &impl ConnectionTrait, connection_id: Uuid) -> Result<Vec<String>, StoreError> {
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            "SELECT DISTINCT calendar_id FROM calendar_writes WHERE connection_id = $1 AND calendar_id IS NOT NULL",
            [connection_id.into()],
        ))
        .await?;
    rows.iter().map(|row| Ok(row.try_get("", "calendar_id")?)).collect()
}

/// The writes of these ids, those that there are.
///
/// # Errors
/// The database refuses.
pub async fn list_writes(on: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<calendar_write::Model>, StoreError> {
    let mut found = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let rows = calendar_write::Entity::find()
            .filter(calendar_write::Column::Id.is_in(some.iter().copied()))
            .all(on)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The writes of these appointments into the calendars of one person.
///
/// # Errors
/// The database refuses.
pub async fn list_writes_of(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    appointment_ids: &[Uuid],
) -> Result<Vec<calendar_write::Model>, StoreError> {
    let mut found = Vec::new();
    for some in appointment_ids.chunks(AT_ONCE) {
        let rows = calendar_write::Entity::find()
            .filter(calendar_write::Column::UserId.eq(user_id))
            .filter(calendar_write::Column::AppointmentId.is_in(some.iter().copied()))
            .all(on)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The writes whose event stands in this calendar, as far as we know, about appointments that end after `from`.
///
/// # Errors
/// The database refuses.
pub async fn list_standing_writes(
    on: &impl ConnectionTrait,
    connection_id: Uuid,
    calendar_id: &str,
    from: Timestamp,
) -> Result<Vec<calendar_write::Model>, StoreError> {
    let sql = "SELECT w.* FROM calendar_writes w JOIN appointments a ON a.id = w.appointment_id \
               WHERE w.connection_id = $1 AND w.calendar_id = $2 AND w.state = 'written' AND w.desired_present \
               AND w.remote_event_id IS NOT NULL AND a.status = 'scheduled' AND a.ends_at > $3";
    Ok(calendar_write::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [connection_id.into(), calendar_id.into(), from.as_millisecond().into()],
        ))
        .all(on)
        .await?)
}

/// Notes that the event of a write stands there no more, and nobody of ours took it away: the write is given up, and a
/// person's retry makes the event anew.
///
/// # Errors
/// The database refuses.
pub async fn note_vanished(
    on: &impl ConnectionTrait,
    write_id: Uuid,
    (code, words): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_writes SET state = 'failed', last_error_code = $2, last_error = $3, written_version = NULL, \
               etag = NULL, next_attempt_at = NULL, updated_at = $4 WHERE id = $1";
    on.execute_raw(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [write_id.into(), code.into(), words.into(), now.as_millisecond().into()],
    ))
    .await?;
    Ok(())
}
