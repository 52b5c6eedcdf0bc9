//! Notes that an e-mail is owed.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::error::StoreError;

/// An e-mail to be owed.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// A new id.
    pub id: Uuid,
    /// The same mail is never owed twice.
    pub dedupe_key: String,
    /// The `Message-ID` it will carry, however often it is tried.
    pub message_id: String,
    /// Which mail.
    pub kind: &'static str,
    /// About which appointment.
    pub appointment_id: Option<Uuid>,
    /// About whose account.
    pub user_id: Option<Uuid>,
    /// To which address.
    pub recipient: String,
    /// `customer`, `host` or `account`.
    pub audience: &'static str,
    /// What it says beyond the appointment, sealed.
    pub payload_sealed: Option<String>,
}

/// Notes the mail. Returns false where it was owed already.
///
/// # Errors
/// The database refuses.
pub async fn insert_message(on: &impl ConnectionTrait, new: &NewMessage, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "INSERT INTO messages (id, dedupe_key, message_id, kind, appointment_id, user_id, recipient, audience, state, \
               payload_sealed, attempts, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, 0, $10, $10) ON CONFLICT (dedupe_key) DO NOTHING";
    let done = on
        .execute_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [
                new.id.into(),
                new.dedupe_key.clone().into(),
                new.message_id.clone().into(),
                new.kind.into(),
                new.appointment_id.into(),
                new.user_id.into(),
                new.recipient.clone().into(),
                new.audience.into(),
                new.payload_sealed.clone().into(),
                now.as_millisecond().into(),
            ],
        ))
        .await?;
    Ok(done.rows_affected() == 1)
}
