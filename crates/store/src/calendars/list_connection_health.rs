//! How every connection in use is, for the operator.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::error::StoreError;

/// A connection.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ConnectionHealth {
    /// The page of its owner, if there is one.
    pub slug: Option<String>,
    /// How it is.
    pub status: String,
    /// What was granted, separated by spaces.
    pub scopes: String,
    /// Events of bookings that are not known here, as the last comparison found them.
    pub unknown_events: Option<serde_json::Value>,
}

/// All connections that are not disconnected, by the pages of their owners.
///
/// # Errors
/// The database refuses.
pub async fn list_connection_health(on: &impl ConnectionTrait) -> Result<Vec<ConnectionHealth>, StoreError> {
    let sql = "SELECT h.slug, c.status, c.scopes, c.unknown_events FROM calendar_connections c LEFT JOIN hosts h ON h.user_id = c.user_id \
               WHERE c.status <> 'disconnected' ORDER BY h.slug, c.id";
    Ok(
        ConnectionHealth::find_by_statement(Statement::from_string(on.get_database_backend(), sql))
            .all(on)
            .await?,
    )
}
