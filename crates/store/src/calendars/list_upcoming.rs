//! Bookings to come that do not stand in a calendar where they should.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::error::StoreError;

/// An appointment to come that somebody's calendar does not have.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Missing {
    /// The appointment.
    pub appointment_id: Uuid,
    /// As whom they should have it.
    pub role: String,
    /// Whether it belongs to an order.
    pub is_ordered: bool,
}

/// The appointments to come of `user_id`, in whatever role, that were not written because there was no calendar to write
/// to, or because nobody knew then that they are theirs.
///
/// # Errors
/// The database refuses.
pub async fn list_upcoming_skipped(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    now: Timestamp,
) -> Result<Vec<Missing>, StoreError> {
    let sql = "SELECT appointment_id, role, is_ordered FROM (\
               SELECT w.appointment_id, w.role, a.starts_at, a.order_item_id IS NOT NULL AS is_ordered FROM calendar_writes w \
               JOIN appointments a ON a.id = w.appointment_id \
               WHERE w.user_id = $1 AND w.state = 'skipped' AND w.desired_present AND a.status = 'scheduled' \
               AND a.starts_at > $2 \
               UNION ALL SELECT t.id, CASE MIN(t.place) WHEN 1 THEN 'staff' WHEN 2 THEN 'customer' WHEN 3 THEN 'manager' \
               ELSE 'admin' END, t.starts_at, t.order_item_id IS NOT NULL FROM (\
               SELECT id, starts_at, status, order_item_id, 1 AS place FROM appointments WHERE host_id = $1 \
               UNION ALL SELECT id, starts_at, status, order_item_id, 2 FROM appointments WHERE customer_user_id = $1 \
               UNION ALL SELECT a.id, a.starts_at, a.status, a.order_item_id, 3 FROM users s JOIN users m ON m.id = s.manager_id \
               JOIN appointments a ON a.host_id = s.id WHERE m.id = $1 AND m.role IN ('manager', 'admin') \
               UNION ALL SELECT a.id, a.starts_at, a.status, a.order_item_id, 4 FROM users u JOIN appointments a ON TRUE \
               WHERE u.id = $1 AND u.wants_all_events AND u.role = 'admin') t \
               WHERE t.status = 'scheduled' AND t.starts_at > $2 \
               AND NOT EXISTS (SELECT 1 FROM calendar_writes w WHERE w.appointment_id = t.id AND w.user_id = $1) \
               GROUP BY t.id, t.starts_at, t.order_item_id\
               ) missing ORDER BY starts_at, appointment_id";
    Ok(Missing::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [user_id.into(), now.as_millisecond().into()],
    ))
    .all(on)
    .await?)
}

/// The writes that a renewed connection `connection_id` lets go on, because they waited for it or had none yet, about
/// appointments that are not over.
///
/// # Errors
/// The database refuses.
pub async fn list_waiting_writes(
    on: &impl ConnectionTrait,
    connection_id: Uuid,
    now: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    #[derive(FromQueryResult)]
    struct Write {
        id: Uuid,
    }
    let sql = "SELECT w.id FROM calendar_writes w JOIN appointments a ON a.id = w.appointment_id \
               WHERE w.state = 'needs_reconnect' AND w.desired_present AND a.ends_at > $2 \
               AND (w.connection_id = $1 OR (w.connection_id IS NULL AND w.user_id = \
               (SELECT c.user_id FROM calendar_connections c WHERE c.id = $1))) ORDER BY a.starts_at";
    let rows = Write::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [connection_id.into(), now.as_millisecond().into()],
    ))
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The writes that stand in the calendar of `connection_id`, or may, but not as they should: they were left so while it
/// was disconnected or its grant was gone.
///
/// # Errors
/// The database refuses.
pub async fn list_outdated_writes(on: &impl ConnectionTrait, connection_id: Uuid) -> Result<Vec<Uuid>, StoreError> {
    #[derive(FromQueryResult)]
    struct Write {
        id: Uuid,
    }
    let sql = "SELECT id FROM calendar_writes WHERE connection_id = $1 AND remote_event_id IS NOT NULL \
               AND state IN ('skipped', 'needs_reconnect') \
               AND (NOT desired_present OR written_version IS NULL OR written_version <> desired_version)";
    let rows = Write::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [connection_id.into()],
    ))
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
