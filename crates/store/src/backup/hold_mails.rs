//! After going back to an older state: mails that were owed then and may have gone out since.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, Statement};

use crate::entities::appointment;
use crate::error::StoreError;

/// The code of a mail that is held, as it stands with the mail and its job. It has most likely reached its recipient, so that
/// nobody is told that it did not.
pub const HELD_BY_RESTORE: &str = "held_by_restore";

/// Appointments to come whose confirmation went out, or may have gone out, without the Meet link that is still owed.
///
/// # Errors
/// The database refuses.
pub async fn list_link_owed(on: &impl ConnectionTrait) -> Result<Vec<appointment::Model>, StoreError> {
    let sql = "SELECT a.* FROM appointments a WHERE a.status = 'scheduled' AND a.meet_link IS NULL \
               AND a.location_kind = 'google_meet' AND EXISTS (SELECT 1 FROM messages m WHERE m.appointment_id = a.id \
               AND m.kind = 'booked' AND m.carried_link IS NOT NULL) ORDER BY a.id";
    Ok(appointment::Entity::find()
        .from_raw_sql(Statement::from_string(on.get_database_backend(), sql))
        .all(on)
        .await?)
}

/// Marks every mail that is on its way as not sent, for this reason in words, and lays its job to rest where an administrator can bring it back.
/// Returns how many mails that are.
///
/// # Errors
/// The database refuses.
pub async fn hold_mails(on: &impl ConnectionTrait, reason: &str, now: Timestamp) -> Result<u64, StoreError> {
    let backend = on.get_database_backend();
    let values: [sea_orm::Value; 3] = [HELD_BY_RESTORE.into(), reason.into(), now.as_millisecond().into()];
    on.execute_raw(Statement::from_sql_and_values(
        backend,
        "UPDATE jobs SET state = 'dead', last_error_code = $1, last_error = $2, updated_at = $3, lease_until = NULL, \
         leased_by = NULL WHERE kind = 'send_message' AND state IN ('queued', 'leased', 'parked')",
        values.clone(),
    ))
    .await?;
    let held = on
        .execute_raw(Statement::from_sql_and_values(
            backend,
            "UPDATE messages SET state = 'failed', last_error_code = $1, last_error = $2, updated_at = $3 \
             WHERE state IN ('queued', 'sending')",
            values,
        ))
        .await?;
    Ok(held.rows_affected())
}

/// Ends every sign-in and makes every one-time link useless: some of them were ended or used since.
///
/// # Errors
/// The database refuses.
pub async fn end_access(on: &impl ConnectionTrait) -> Result<(), StoreError> {
    for table in ["login_sessions", "one_time_tokens", "oauth_attempts"] {
        on.execute_unprepared(&format!("DELETE FROM {table}")).await?;
    }
    Ok(())
}
