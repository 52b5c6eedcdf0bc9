//! Calendar writes with everything that is needed to carry them out, however many there are in one statement.

use sea_orm::sea_query::Iden;
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, FromQueryResult, Iterable, Statement};
use uuid::Uuid;

use super::find_connection::RECEIVES_EVENTS;
use crate::entities::{appointment, calendar_connection, calendar_write};
use crate::error::StoreError;
use crate::given_rows::one_of;
use crate::messages::find_last_calendar_part::{NEWEST, told};

/// A write, what it is about, and where its event stands or should stand.
#[derive(Clone, Debug)]
pub struct LoadedWrite {
    /// The write.
    pub write: calendar_write::Model,
    /// What it is about.
    pub appointment: appointment::Model,
    /// The name of the appointment's host.
    pub host_name: Option<String>,
    /// The method of the newest calendar part that a mail carried to the customer.
    pub told_by_mail: Option<String>,
    /// The account where the event stands, as long as that is connected; otherwise the one where its owner wants events.
    pub connection: Option<calendar_connection::Model>,
    /// Whether the event stands in that account, as far as we know.
    pub stands: bool,
    /// Whether Meet links are made in the calendar where it stands or will stand.
    pub makes_meet_links: bool,
}

/// The writes of these ids, without those whose appointment is gone.
///
/// # Errors
/// The database refuses.
pub async fn load_writes(on: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<LoadedWrite>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let backend = on.get_database_backend();
    let (one_of_these, values) = one_of(backend, ids, 1);
    let stands = "w.remote_event_id IS NOT NULL AND w.calendar_id IS NOT NULL";
    let sql = format!(
        "SELECT {write}, {appointment}, {connection}, h.display_name AS host_name, \
         (SELECT m.calendar_method FROM messages m WHERE {told} AND m.audience = 'customer' {NEWEST}) AS told_by_mail, \
         COALESCE(l.makes_meet_links, FALSE) AS makes_meet_links \
         FROM calendar_writes w JOIN appointments a ON a.id = w.appointment_id \
         LEFT JOIN hosts h ON h.user_id = a.host_id \
         LEFT JOIN calendar_connections k ON k.id = COALESCE(\
           (SELECT c.id FROM calendar_connections c WHERE c.id = w.connection_id AND {stands} AND c.status <> 'disconnected'), \
           (SELECT c.id FROM calendar_connections c WHERE c.user_id = w.user_id AND {RECEIVES_EVENTS} \
            ORDER BY c.created_at LIMIT 1)) \
         LEFT JOIN connection_calendars l ON l.connection_id = k.id AND l.calendar_id = \
           CASE WHEN {stands} AND k.id = w.connection_id THEN w.calendar_id ELSE k.write_calendar_id END \
         WHERE w.id {one_of_these}",
        write = columns::<calendar_write::Entity>("w"),
        appointment = columns::<appointment::Entity>("a"),
        connection = columns::<calendar_connection::Entity>("k"),
        told = told("a.id"),
    );
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    let mut loaded = Vec::with_capacity(rows.len());
    for row in rows {
        let write = calendar_write::Model::from_query_result(&row, "w_")?;
        let connection = calendar_connection::Model::from_query_result_optional(&row, "k_")?;
        let stands = write.remote_event_id.is_some()
            && write.calendar_id.is_some()
            && write.connection_id == connection.as_ref().map(|connection| connection.id);
        loaded.push(LoadedWrite {
            appointment: appointment::Model::from_query_result(&row, "a_")?,
            host_name: row.try_get("", "host_name")?,
            told_by_mail: row.try_get("", "told_by_mail")?,
            makes_meet_links: row.try_get("", "makes_meet_links")?,
            stands: stands && connection.is_some(),
            write,
            connection,
        });
    }
    Ok(loaded)
}

/// The same, locked until the transaction ends: those that nobody else is changing. Nobody is waited for, because whoever
/// holds one of them may be waiting for something that this transaction has. SQLite's transactions exclude each other.
///
/// # Errors
/// The database refuses.
pub async fn lock_free_writes(on: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<LoadedWrite>, StoreError> {
    if ids.is_empty() || on.get_database_backend() != DatabaseBackend::Postgres {
        return load_writes(on, ids).await;
    }
    // Not in the statement that reads: PostgreSQL takes a row that was changed meanwhile as it is now, but what is joined to
    // it as it was when the statement began, so that a new wish would be written in the words of an old appointment
    // (postgresql.org/docs/current/transaction-iso.html, "Read Committed Isolation Level").
    let (one_of_these, values) = one_of(DatabaseBackend::Postgres, ids, 1);
    let sql = format!("SELECT id FROM calendar_writes WHERE id {one_of_these} FOR NO KEY UPDATE SKIP LOCKED");
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, values))
        .await?;
    let free: Vec<Uuid> = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?;
    load_writes(on, &free).await
}

/// All columns of an entity under the alias `of`, each by its name behind that alias and a line.
fn columns<E: EntityTrait>(of: &str) -> String {
    let columns: Vec<String> = E::Column::iter()
        .map(|column| column.to_string())
        .map(|name| format!("{of}.{name} AS {of}_{name}"))
        .collect();
    columns.join(", ")
}
