//! Whether a newer mail says the same to the same reader.

use sea_orm::{ConnectionTrait, Statement};

use crate::entities::message;
use crate::error::StoreError;

/// Whether a newer mail of this kind, about the same appointment, is owed to the same reader, or was sent to them. Of mails of
/// one millisecond any is the newest, as long as it is one.
///
/// # Errors
/// The database refuses.
pub async fn is_owed_anew(on: &impl ConnectionTrait, mail: &message::Model) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS one FROM messages WHERE appointment_id = $1 AND kind = $2 AND audience = $3 AND recipient = $4 \
               AND state <> 'skipped' AND (created_at > $5 OR (created_at = $5 AND id > $6)) LIMIT 1";
    let found = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [
                mail.appointment_id.into(),
                mail.kind.clone().into(),
                mail.audience.clone().into(),
                mail.recipient.clone().into(),
                mail.created_at.0.into(),
                mail.id.into(),
            ],
        ))
        .await?;
    Ok(found.is_some())
}
