//! Shuts an account out, or lets it in again.

use timetap_core::role::Role;
use timetap_store::accounts::change_user::set_disabled;
use timetap_store::accounts::count_admins::count_admins;
use timetap_store::accounts::delete_sessions::delete_sessions;
use timetap_store::accounts::find_user::find_user;
use uuid::Uuid;

use crate::accounts::actor::Actor;
use crate::calendars::follow_change;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why the account stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum DisableUserError {
    /// Only administrators do this.
    #[error("Only administrators disable accounts.")]
    Forbidden,
    /// There is no such account.
    #[error("There is no such account.")]
    NoSuchAccount,
    /// One's own account.
    #[error("You cannot disable your own account. Another administrator can.")]
    Oneself,
    /// Somebody has to run the installation.
    #[error("This is the only administrator. Make somebody else an administrator first.")]
    LastAdmin,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Disables an account and ends all its sessions, or enables it again. Bookings stay; what others serve leaves its calendar
/// as long as it is disabled.
///
/// # Errors
/// See [`DisableUserError`].
pub async fn disable_user(app: &TimeTap, by: Actor, user_id: Uuid, disabled: bool) -> Result<(), DisableUserError> {
    if !by.role.is_admin() {
        return Err(DisableUserError::Forbidden);
    }
    if disabled && by.user_id == user_id {
        return Err(DisableUserError::Oneself);
    }
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    // Counted, and held, before anything is read that the decision rests on.
    let admins = count_admins(&txn).await.map_err(Unexpected::from)?;
    let user = find_user(&txn, user_id)
        .await
        .map_err(Unexpected::from)?
        .ok_or(DisableUserError::NoSuchAccount)?;
    let is_active_admin = user.role == Role::Admin.as_str() && user.disabled_at.is_none();
    if disabled && is_active_admin && admins <= 1 {
        return Err(DisableUserError::LastAdmin);
    }
    set_disabled(&txn, user_id, disabled, app.clock.now())
        .await
        .map_err(Unexpected::from)?;
    if disabled {
        delete_sessions(&txn, user_id, None).await.map_err(Unexpected::from)?;
    }
    follow_change(&txn, app, user_id).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    app.signal.ring();
    Ok(())
}
