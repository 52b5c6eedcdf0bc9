//! Notes that e-mails are owed.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement, Value};
use uuid::Uuid;

use crate::error::StoreError;
use crate::number_rows::number_rows;

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
    /// About which order.
    pub order_id: Option<Uuid>,
    /// About whose account.
    pub user_id: Option<Uuid>,
    /// To which address.
    pub recipient: String,
    /// `customer`, `host` or `account`.
    pub audience: &'static str,
    /// What it says beyond the appointment, sealed.
    pub payload_sealed: Option<String>,
}

/// Notes the mails, in one statement, and returns the ids of those that were not owed already. Their keys must differ.
///
/// # Errors
/// The database refuses.
pub async fn insert_messages(
    on: &impl ConnectionTrait,
    new: &[NewMessage],
    now: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let Statement { sql, values, .. } = insertion(on.get_database_backend(), new, now);
    let statement = Statement {
        sql: format!("{sql} RETURNING id"),
        values,
        db_backend: on.get_database_backend(),
    };
    let rows = on.query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

/// The statement that notes the mails which are not owed already.
pub(crate) fn insertion(backend: DatabaseBackend, new: &[NewMessage], now: Timestamp) -> Statement {
    let rows = number_rows(
        new.len(),
        2,
        |[
            id,
            key,
            message_id,
            kind,
            about,
            order,
            user,
            recipient,
            audience,
            payload,
        ]| {
            format!(
                "(${id}, ${key}, ${message_id}, ${kind}, ${about}, ${order}, ${user}, ${recipient}, ${audience}, 'queued', \
                 ${payload}, 0, $1, $1)"
            )
        },
    );
    let sql = format!(
        "INSERT INTO messages (id, dedupe_key, message_id, kind, appointment_id, order_id, user_id, recipient, audience, state, \
         payload_sealed, attempts, created_at, updated_at) VALUES {rows} ON CONFLICT (dedupe_key) DO NOTHING"
    );
    let mut values: Vec<Value> = vec![now.as_millisecond().into()];
    for new in new {
        values.extend([
            new.id.into(),
            new.dedupe_key.clone().into(),
            new.message_id.clone().into(),
            new.kind.into(),
            new.appointment_id.into(),
            new.order_id.into(),
            new.user_id.into(),
            new.recipient.clone().into(),
            new.audience.into(),
            new.payload_sealed.clone().into(),
        ]);
    }
    Statement::from_sql_and_values(backend, sql, values)
}
