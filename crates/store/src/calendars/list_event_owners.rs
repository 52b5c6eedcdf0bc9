//! Who has an event of an appointment, or should.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use super::standing::{Standing, standing_columns};
use crate::error::StoreError;

/// Somebody who has an event of an appointment, or should. One person may be there several times, as several people.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct EventOwner {
    /// The person.
    pub user_id: Uuid,
    /// The address of their account.
    pub email: String,
    /// As whom they should have it: `staff`, `customer`, `manager` or `admin`; nothing where they only have it.
    pub role: Option<String>,
    /// As whom there is a row of theirs.
    pub had_as: Option<String>,
    /// What their calendar has of it.
    #[sea_orm(nested)]
    pub standing: Standing,
}

/// The appointment of which the owners are sought.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The appointment.
    pub appointment_id: Uuid,
    /// Who serves.
    pub staff_id: Uuid,
    /// The customer's account.
    pub customer_id: Option<Uuid>,
}

/// Who has an event of the appointment, or is going to, other than who serves: the person, and as whom.
///
/// # Errors
/// The database refuses.
pub async fn list_others(on: &impl ConnectionTrait, appointment_id: Uuid) -> Result<Vec<(Uuid, String)>, StoreError> {
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            "SELECT user_id, role FROM calendar_writes WHERE appointment_id = $1 AND role <> 'staff' AND desired_present \
             AND state NOT IN ('skipped', 'removed')",
            [appointment_id.into()],
        ))
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "user_id")?, row.try_get("", "role")?)))
        .collect()
}

/// Who serves, where their calendar has the event of the appointment.
///
/// # Errors
/// The database refuses.
pub async fn list_staffs_written(on: &impl ConnectionTrait, appointment_id: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            "SELECT user_id FROM calendar_writes WHERE appointment_id = $1 AND role = 'staff' AND desired_present \
             AND written_version IS NOT NULL",
            [appointment_id.into()],
        ))
        .await?;
    rows.iter().map(|row| Ok(row.try_get("", "user_id")?)).collect()
}

/// All of them, with the accounts that are shut left out of who should have it.
///
/// # Errors
/// The database refuses.
pub async fn list_event_owners(on: &impl ConnectionTrait, subject: Subject) -> Result<Vec<EventOwner>, StoreError> {
    let sql = format!(
        "SELECT p.user_id, u.email, p.role, w.role AS had_as, {standing} \
               FROM (SELECT id AS user_id, 'staff' AS role FROM users WHERE id = $1 \
               UNION ALL SELECT id, 'customer' FROM users WHERE id = $2 AND disabled_at IS NULL \
               UNION ALL SELECT m.id, 'manager' FROM users s JOIN users m ON m.id = s.manager_id \
               WHERE s.id = $1 AND m.disabled_at IS NULL AND m.role IN ('manager', 'admin') \
               UNION ALL SELECT id, 'admin' FROM users \
               WHERE wants_all_events AND role = 'admin' AND disabled_at IS NULL \
               UNION ALL SELECT user_id, NULL FROM calendar_writes WHERE appointment_id = $3) p \
               JOIN users u ON u.id = p.user_id \
               LEFT JOIN calendar_writes w ON w.appointment_id = $3 AND w.user_id = p.user_id AND w.provider = 'google'",
        standing = standing_columns("p.user_id"),
    );
    Ok(EventOwner::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [
            subject.staff_id.into(),
            subject.customer_id.into(),
            subject.appointment_id.into(),
        ],
    ))
    .all(on)
    .await?)
}
