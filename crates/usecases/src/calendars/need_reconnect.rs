//! What happens when only its owner can mend a connection.

use sea_orm::EntityTrait;
use timetap_providers::google::GoogleError;
use timetap_store::calendars::find_connection::find_connection;
use timetap_store::calendars::note_connection_state::note_needs_reconnect;
use timetap_store::entities::user;
use uuid::Uuid;

use crate::mail::{AccountMail, owe_account_mail};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Marks the connection as needing its owner and owes the owner a mail about it, once: whoever finds out second changes
/// nothing. `refresh_sealed` is the refresh token that failed, as it stands in the database; where the owner has
/// reconnected meanwhile, nothing happens either. Returns whether the connection is out of use, by this or before.
///
/// # Errors
/// The database refuses.
pub(super) async fn need_reconnect(
    app: &TimeTap,
    connection_id: Uuid,
    refresh_sealed: Option<&str>,
    error: &GoogleError,
) -> Result<bool, Unexpected> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let words = error.explain();
    if !note_needs_reconnect(&txn, connection_id, refresh_sealed, (error.code(), &words), now).await? {
        let connection = find_connection(&txn, connection_id).await?;
        return Ok(connection.is_none_or(|connection| !is_in_use(&connection.status)));
    }
    let connection = find_connection(&txn, connection_id)
        .await?
        .ok_or_else(|| Unexpected::Inconsistent(format!("connection {connection_id} is gone")))?;
    if let Some(owner) = user::Entity::find_by_id(connection.user_id).one(&txn).await? {
        let mail = AccountMail::ReconnectCalendar {
            name: owner.name,
            account: connection.account_email,
            link: app.settings.link("/host/integrations"),
        };
        owe_account_mail(&txn, app, Some(owner.id), &owner.email, &mail).await?;
    }
    txn.commit().await?;
    app.signal.ring();
    tracing::warn!(connection = %connection_id, code = error.code(), "calendar: the connection needs its owner");
    Ok(true)
}

/// Whether a connection of this status is asked for anything.
pub(super) fn is_in_use(status: &str) -> bool {
    !matches!(status, "disconnected" | "needs_reconnect")
}
