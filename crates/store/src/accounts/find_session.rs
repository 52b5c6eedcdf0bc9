//! Finds out whose session a token opens, with one statement.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// A living session and its owner.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SessionRow {
    /// The session.
    pub session_id: Uuid,
    /// Its owner.
    pub user_id: Uuid,
    /// When the session was last noted as used.
    pub last_seen_at: UnixMillis,
    /// How to address the owner.
    pub name: String,
    /// The owner's address.
    pub email: String,
    /// When that address was proven.
    pub email_verified_at: Option<UnixMillis>,
    /// The owner's role in its text form.
    pub role: String,
    /// The address of the owner's public page.
    pub host_slug: Option<String>,
}

/// The session behind the hash of a token, unless it has expired or its owner is disabled.
///
/// # Errors
/// The database refuses.
pub async fn find_session(
    on: &impl ConnectionTrait,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<SessionRow>, StoreError> {
    let sql = "SELECT s.id AS session_id, s.user_id, s.last_seen_at, u.name, u.email, u.email_verified_at, u.role, \
               h.slug AS host_slug \
               FROM login_sessions s JOIN users u ON u.id = s.user_id LEFT JOIN hosts h ON h.user_id = u.id \
               WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL";
    let statement = Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [token_hash.into(), now.as_millisecond().into()],
    );
    Ok(SessionRow::find_by_statement(statement).one(on).await?)
}
