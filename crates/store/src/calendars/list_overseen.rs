//! What somebody looks on at: the appointments to come that others serve, as their manager's or administrator's calendar has
//! them, or should.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use uuid::Uuid;

use super::standing::{Standing, standing_columns};
use crate::error::StoreError;

/// An appointment that is not over, with what one person's calendar has of it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Overseen {
    /// The appointment.
    pub appointment_id: Uuid,
    /// As whom they should have it, the first of `staff`, `customer`, `manager` and `admin`; nothing where they should not.
    pub role: Option<String>,
    /// As whom there is a row of theirs.
    pub had_as: Option<String>,
    /// What their calendar has of it.
    #[sea_orm(nested)]
    pub standing: Standing,
}

/// All of them that `user_id` has, or should have, as a manager or an administrator, by time; of these alone, where `only` names
/// some. What they serve or booked themselves is among them only where it was not theirs before.
///
/// # Errors
/// The database refuses.
pub async fn list_overseen(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    only: Option<&[Uuid]>,
    now: Timestamp,
) -> Result<Vec<Overseen>, StoreError> {
    let backend = on.get_database_backend();
    let mut values: Vec<Value> = vec![user_id.into(), now.as_millisecond().into()];
    let mut only_these = String::new();
    if let Some(ids) = only {
        // Numbered, as the others are: the driver of SQLite counts parameters without numbers from the first one on.
        let numbered: Vec<String> = (3..3 + ids.len()).map(|number| format!("${number}")).collect();
        only_these = format!(" AND a.id IN ({})", numbered.join(", "));
        values.extend(ids.iter().copied().map(Value::from));
    }
    let sql = format!(
        "SELECT t.appointment_id, CASE MIN(t.place) WHEN 1 THEN 'staff' WHEN 2 THEN 'customer' WHEN 3 THEN 'manager' \
               WHEN 4 THEN 'admin' END AS role, w.role AS had_as, {standing} \
               FROM (SELECT id AS appointment_id, 1 AS place FROM appointments WHERE host_id = $1 \
               UNION ALL SELECT a.id, 2 FROM users u JOIN appointments a ON a.customer_user_id = u.id \
               WHERE u.id = $1 AND u.disabled_at IS NULL \
               UNION ALL SELECT a.id, 3 FROM users m JOIN users s ON s.manager_id = m.id \
               JOIN appointments a ON a.host_id = s.id \
               WHERE m.id = $1 AND m.disabled_at IS NULL AND m.role IN ('manager', 'admin') \
               UNION ALL SELECT a.id, 4 FROM users u JOIN appointments a ON TRUE \
               WHERE u.id = $1 AND u.wants_all_events AND u.role = 'admin' AND u.disabled_at IS NULL \
               UNION ALL SELECT appointment_id, 5 FROM calendar_writes \
               WHERE user_id = $1 AND role IN ('manager', 'admin') AND desired_present) t \
               JOIN appointments a ON a.id = t.appointment_id AND a.status = 'scheduled' AND a.ends_at > $2{only_these} \
               LEFT JOIN calendar_writes w ON w.appointment_id = t.appointment_id AND w.user_id = $1 \
               AND w.provider = 'google' \
               GROUP BY t.appointment_id, a.starts_at, w.role, w.desired_present, w.state, w.remote_event_id \
               HAVING MIN(t.place) IN (3, 4) OR w.role IN ('manager', 'admin') \
               ORDER BY a.starts_at, t.appointment_id",
        standing = standing_columns("$1"),
    );
    let statement = Statement::from_sql_and_values(backend, sql, values);
    Ok(Overseen::find_by_statement(statement).all(on).await?)
}

/// Everybody to whom that may apply: enabled managers and administrators, and whoever has an event as one.
///
/// # Errors
/// The database refuses.
pub async fn list_overseers(on: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<Uuid>, StoreError> {
    let sql = "SELECT id FROM users WHERE role IN ('manager', 'admin') AND disabled_at IS NULL \
               UNION SELECT w.user_id FROM calendar_writes w JOIN appointments a ON a.id = w.appointment_id \
               WHERE w.role IN ('manager', 'admin') AND w.desired_present AND a.status = 'scheduled' AND a.ends_at > $1";
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [now.as_millisecond().into()],
        ))
        .await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}
