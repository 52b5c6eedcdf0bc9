//! Customers whom the last mail did not reach.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::backup::hold_mails::HELD_BY_RESTORE;
use crate::error::StoreError;

/// The most that are listed.
const MOST: i64 = 5;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Unreached {
    /// The appointment that they were to read about.
    pub appointment_id: Uuid,
    /// Who booked it.
    pub customer_name: String,
}

/// The appointments to come of `host_id` with a mail to the customer that was given up (not one that a restore holds), and none that got through since;
/// the earliest first.
///
/// # Errors
/// The database refuses.
pub async fn list_unreached(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    now: Timestamp,
) -> Result<Vec<Unreached>, StoreError> {
    let sql = "SELECT a.id AS appointment_id, a.customer_name FROM appointments a \
               WHERE a.host_id = $1 AND a.status = 'scheduled' AND a.ends_at > $2 AND EXISTS (\
               SELECT 1 FROM messages m WHERE m.appointment_id = a.id AND m.audience = 'customer' AND m.state = 'failed' \
               AND COALESCE(m.last_error_code, '') <> $4 \
               AND NOT EXISTS (SELECT 1 FROM messages n WHERE n.appointment_id = a.id AND n.audience = 'customer' \
               AND n.state = 'sent' AND n.updated_at >= m.updated_at)) \
               ORDER BY a.starts_at LIMIT $3";
    Ok(Unreached::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [
            host_id.into(),
            now.as_millisecond().into(),
            MOST.into(),
            HELD_BY_RESTORE.into(),
        ],
    ))
    .all(on)
    .await?)
}
