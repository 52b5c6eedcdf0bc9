//! An administrator asks for an event of every booking of the installation, or no longer.

use timetap_core::role::Role;
use timetap_store::accounts::change_user::set_wants_all_events;
use timetap_store::accounts::find_user::find_user;
use uuid::Uuid;

use crate::calendars::follow_change;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum WantAllEventsError {
    /// This is for administrators.
    #[error("Only administrators see all bookings.")]
    Forbidden,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<timetap_store::StoreError> for WantAllEventsError {
    fn from(error: timetap_store::StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Keeps the choice of `user_id`. What is to come appears in their calendar where they want it, and leaves it where they no
/// longer do.
///
/// # Errors
/// See [`WantAllEventsError`].
pub async fn want_all_events(app: &TimeTap, user_id: Uuid, wanted: bool) -> Result<(), WantAllEventsError> {
    let txn = app.db.begin().await?;
    let account = find_user(&txn, user_id).await?.ok_or(WantAllEventsError::Forbidden)?;
    if account.role != Role::Admin.as_str() {
        return Err(WantAllEventsError::Forbidden);
    }
    set_wants_all_events(&txn, user_id, wanted, app.clock.now()).await?;
    follow_change(&txn, app, user_id).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    app.signal.ring();
    Ok(())
}
