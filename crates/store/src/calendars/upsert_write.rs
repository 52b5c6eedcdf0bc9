//! Notes what should stand in a person's calendar.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::error::StoreError;

/// What should stand in one person's calendar for one appointment.
#[derive(Clone, Debug)]
pub struct WriteWish {
    /// The id for a new row; an existing row keeps its own.
    pub id: Uuid,
    /// The appointment.
    pub appointment_id: Uuid,
    /// The person.
    pub user_id: Uuid,
    /// As whom: `customer`, `staff`, `manager` or `admin`. Decides what the event says.
    pub role: &'static str,
    /// Where.
    pub provider: &'static str,
    /// Whether it should stand there at all.
    pub present: bool,
}

/// Inserts the wish, or raises the desired version of the one that stands there. Returns the row's id.
///
/// # Errors
/// The database refuses.
pub async fn upsert_write(on: &impl ConnectionTrait, wish: &WriteWish, now: Timestamp) -> Result<Uuid, StoreError> {
    let sql = "INSERT INTO calendar_writes (id, appointment_id, user_id, provider, role, generation, conference_state, \
               conference_attempt, desired_present, desired_version, state, attempts, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, 1, 'none', 0, $6, 1, 'pending', 0, $7, $7) \
               ON CONFLICT (appointment_id, user_id, provider) DO UPDATE SET role = excluded.role, \
               desired_present = excluded.desired_present, \
               desired_version = calendar_writes.desired_version + 1, state = 'pending', next_attempt_at = NULL, \
               updated_at = excluded.updated_at RETURNING id";
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [
                wish.id.into(),
                wish.appointment_id.into(),
                wish.user_id.into(),
                wish.provider.into(),
                wish.role.into(),
                wish.present.into(),
                now.as_millisecond().into(),
            ],
        ))
        .await?;
    let Some(row) = row else {
        return Err(StoreError::Inconsistent {
            place: "calendar_writes.id",
            what: "an upsert returned no row".to_owned(),
        });
    };
    Ok(row.try_get("", "id")?)
}
