//! What a host's first page tells: the next appointments, how their calendar writes stand, and the calendars' health.

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

use crate::entities::appointment;
use crate::error::StoreError;

/// The host's appointments that overlap `from`–`until` and are not cancelled, by start, at most `limit`.
///
/// # Errors
/// The database refuses.
pub async fn list_host_appointments(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    from: Timestamp,
    until: Timestamp,
    limit: u64,
) -> Result<Vec<appointment::Model>, StoreError> {
    Ok(appointment::Entity::find()
        .filter(appointment::Column::HostId.eq(host_id))
        .filter(appointment::Column::Status.ne("cancelled"))
        .filter(appointment::Column::StartsAt.lt(until.as_millisecond()))
        .filter(appointment::Column::EndsAt.gt(from.as_millisecond()))
        .order_by_asc(appointment::Column::StartsAt)
        .limit(limit)
        .all(on)
        .await?)
}

/// How the host's upcoming appointments stand in their calendar, and whether anything was ever booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct HomeCounts {
    /// Writes of appointments to come that failed for good, in whatever role.
    pub failed_writes: i64,
    /// One of their appointments that they serve themselves, where there is any.
    pub failed_appointment: Option<Uuid>,
    /// Appointments of all times, cancelled ones too, counted up to one.
    pub booked_ever: i64,
}

/// Counts for `host_id` as of `now`.
///
/// # Errors
/// The database refuses.
pub async fn count_for_home(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    now: Timestamp,
) -> Result<HomeCounts, StoreError> {
    let failed = "FROM calendar_writes w JOIN appointments a ON a.id = w.appointment_id \
                  WHERE w.user_id = $1 AND w.state = 'failed' AND w.desired_present AND a.ends_at > $2";
    let sql = format!(
        "SELECT (SELECT COUNT(*) {failed}) AS failed_writes, \
         (SELECT w.appointment_id {failed} AND w.role = 'staff' ORDER BY a.starts_at LIMIT 1) AS failed_appointment, \
         (SELECT COUNT(*) FROM (SELECT 1 FROM appointments WHERE host_id = $1 LIMIT 1) AS any_one) AS booked_ever"
    );
    let statement = Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [host_id.into(), now.as_millisecond().into()],
    );
    HomeCounts::find_by_statement(statement)
        .one(on)
        .await?
        .ok_or_else(|| StoreError::Inconsistent {
            place: "calendar_writes",
            what: "counting returned no row".to_owned(),
        })
}
