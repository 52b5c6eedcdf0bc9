//! Changes what a person may do.

use timetap_core::role::Role;
use timetap_core::text::EmailAddress;
use timetap_store::accounts::change_user::set_role;
use timetap_store::accounts::count_admins::count_admins;
use timetap_store::accounts::find_user::{find_user, find_user_by_email};
use uuid::Uuid;

use crate::accounts::actor::Actor;
use crate::calendars::follow_change;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why the role stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRoleError {
    /// Only administrators change roles.
    #[error("Only administrators change roles.")]
    Forbidden,
    /// There is no such account.
    #[error("There is no such account.")]
    NoSuchAccount,
    /// Somebody has to run the installation.
    #[error("This is the only administrator. Make somebody else an administrator first.")]
    LastAdmin,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Sets the role of an account, for an administrator. It counts from the person's next request, and their calendar follows: a
/// former manager's loses what is to come of those who report to them.
///
/// # Errors
/// See [`ChangeRoleError`].
pub async fn change_role(app: &TimeTap, by: Actor, user_id: Uuid, role: Role) -> Result<(), ChangeRoleError> {
    if !by.role.is_admin() {
        return Err(ChangeRoleError::Forbidden);
    }
    put_role(app, user_id, role).await
}

/// Sets the role of the account of this address, for the operator.
///
/// # Errors
/// See [`ChangeRoleError`].
pub async fn set_role_by_email(app: &TimeTap, email: &str, role: Role) -> Result<(), ChangeRoleError> {
    let email = EmailAddress::parse(email).map_err(|_| ChangeRoleError::NoSuchAccount)?;
    let user = find_user_by_email(app.db.reader(), &email.key())
        .await
        .map_err(Unexpected::from)?
        .ok_or(ChangeRoleError::NoSuchAccount)?;
    put_role(app, user.id, role).await
}

async fn put_role(app: &TimeTap, user_id: Uuid, role: Role) -> Result<(), ChangeRoleError> {
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    // Counted, and held, before anything is read that the decision rests on.
    let admins = count_admins(&txn).await.map_err(Unexpected::from)?;
    let user = find_user(&txn, user_id)
        .await
        .map_err(Unexpected::from)?
        .ok_or(ChangeRoleError::NoSuchAccount)?;
    let is_active_admin = user.role == Role::Admin.as_str() && user.disabled_at.is_none();
    if is_active_admin && !role.is_admin() && admins <= 1 {
        return Err(ChangeRoleError::LastAdmin);
    }
    set_role(&txn, user_id, role, app.clock.now())
        .await
        .map_err(Unexpected::from)?;
    follow_change(&txn, app, user_id).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    app.signal.ring();
    Ok(())
}
