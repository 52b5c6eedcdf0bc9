//! Bookings to come that a person's calendar does not show as it should.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// The most that are listed.
const MOST: i64 = 20;

/// One of them.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TroubledWrite {
    /// The write.
    pub id: Uuid,
    /// The appointment.
    pub appointment_id: Uuid,
    /// As whom its owner has the event: `staff`, `customer`, `manager` or `admin`.
    pub role: String,
    /// Whether the event should stand there; otherwise it should leave.
    pub desired_present: bool,
    /// The order it belongs to, if it was bought.
    pub order_id: Option<Uuid>,
    /// What was booked.
    pub service_title: String,
    /// Who booked.
    pub customer_name: String,
    /// When it begins.
    pub starts_at: UnixMillis,
    /// The zone in which the host sees it.
    pub host_time_zone: String,
    /// `failed`, or `written` where only its Meet link is missing, or `pending` where it is tried again, or
    /// `needs_reconnect` where it waits for its owner.
    pub state: String,
    /// What is wrong.
    pub last_error: Option<String>,
    /// When it is tried again by itself.
    pub next_attempt_at: Option<UnixMillis>,
}

/// The writes of `user_id` about appointments to come that failed, are being tried again, wait for a connection to
/// be renewed, or lack their Meet link; the earliest first.
///
/// # Errors
/// The database refuses.
pub async fn list_troubled_writes(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    now: Timestamp,
) -> Result<Vec<TroubledWrite>, StoreError> {
    let sql = "SELECT w.id, w.appointment_id, w.role, w.desired_present, i.order_id, a.service_title, a.customer_name, a.starts_at, \
               a.host_time_zone, w.state, w.last_error, w.next_attempt_at \
               FROM calendar_writes w JOIN appointments a ON a.id = w.appointment_id \
               LEFT JOIN order_items i ON i.id = a.order_item_id \
               WHERE w.user_id = $1 AND a.ends_at > $2 AND w.last_error_code IS NOT NULL AND \
               (w.state IN ('failed', 'needs_reconnect') OR (w.state = 'pending' AND w.attempts > 0) \
                OR (w.state = 'written' AND w.conference_state = 'failed')) \
               ORDER BY a.starts_at LIMIT $3";
    Ok(TroubledWrite::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [user_id.into(), now.as_millisecond().into(), MOST.into()],
    ))
    .all(on)
    .await?)
}
