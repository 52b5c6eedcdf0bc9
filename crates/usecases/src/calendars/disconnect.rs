//! Ends a calendar connection.

use secrecy::SecretString;
use timetap_store::calendars::find_connection::find_connection;
use timetap_store::calendars::keep_connection::is_grant_shared;
use timetap_store::calendars::note_connection_state::note_disconnected;
use timetap_store::jobs::unpark_jobs::unpark_jobs;
use uuid::Uuid;

use crate::calendars::google_account::{ACCESS_PLACE, REFRESH_PLACE};
use crate::calendars::while_a_person_waits::while_a_person_waits;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How the provider took it. On our side the connection is over in each case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// Google withdrew our access.
    Revoked,
    /// Another connection uses the same Google account, so our access there stays.
    Shared,
    /// Google could not be told. Its owner can remove the access in the Google account.
    NotTold,
}

/// Why nothing was ended.
#[derive(Debug, thiserror::Error)]
pub enum DisconnectError {
    /// There is no such connection of this person.
    #[error("There is no such connection.")]
    NotFound,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<timetap_store::StoreError> for DisconnectError {
    fn from(error: timetap_store::StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Forgets the tokens and the busy times, keeps bookings and the mapping to events, and then withdraws the grant at Google,
/// unless another connection lives on it.
///
/// # Errors
/// See [`DisconnectError`].
pub async fn disconnect(app: &TimeTap, user_id: Uuid, connection_id: Uuid) -> Result<Farewell, DisconnectError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let connection = find_connection(&txn, connection_id)
        .await?
        .filter(|connection| connection.user_id == user_id)
        .ok_or(DisconnectError::NotFound)?;
    let shared = is_grant_shared(&txn, connection_id, &connection.provider, &connection.account_id).await?;
    // The refresh token stands for the whole grant; an access token that still lives does as well.
    let token = [
        (connection.refresh_token_sealed.as_deref(), REFRESH_PLACE),
        (connection.access_token_sealed.as_deref(), ACCESS_PLACE),
    ]
    .into_iter()
    .find_map(|(sealed, place)| app.keys.open(sealed?, place, connection_id).ok());
    note_disconnected(&txn, connection_id, now).await?;
    // What waited for a reconnection has nothing to wait for: the jobs run once more and say so.
    unpark_jobs(&txn, connection_id, now).await?;
    txn.commit()
        .await
        .map_err(|error| DisconnectError::Unexpected(error.into()))?;
    app.signal.ring();
    tracing::info!(connection = %connection_id, user = %user_id, "calendar: disconnected");
    if shared {
        return Ok(Farewell::Shared);
    }
    Ok(revoke(app, connection_id, token).await)
}

/// After the commit, so that Google's silence keeps nobody connected.
async fn revoke(app: &TimeTap, connection_id: Uuid, token: Option<SecretString>) -> Farewell {
    let (Some(google), Some(token)) = (&app.google, token) else {
        return Farewell::NotTold;
    };
    match while_a_person_waits(google.revoke(&token)).await {
        Ok(()) => Farewell::Revoked,
        Err(error) => {
            tracing::warn!(connection = %connection_id, code = error.code(), "calendar: the grant could not be withdrawn");
            Farewell::NotTold
        }
    }
}
