//! To whom a member of staff reports: that manager gets an own copy of their events.

use timetap_core::role::Role;
use timetap_store::accounts::find_user::find_user;
use timetap_store::catalogue::set_manager as store;
use uuid::Uuid;

use crate::accounts::Actor;
use crate::calendars::follow_change;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum SetManagerError {
    /// Only administrators say who reports to whom.
    #[error("Only administrators say who reports to whom.")]
    Forbidden,
    /// There is no such account.
    #[error("There is no such account.")]
    NoSuchAccount,
    /// The other one is no manager.
    #[error("This person is no manager. Make them one first.")]
    NoManager,
    /// Nobody reports to themselves.
    #[error("Nobody reports to themselves. Please choose somebody else.")]
    Oneself,
    /// Each would report to the other, in the end.
    #[error("They would report to each other then. Please choose somebody else.")]
    Circle,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// A longer line of managers than this has a circle in it.
const LONGEST_LINE: usize = 100;

/// Lets the account report to `manager_id`, or to nobody, for an administrator. The events of what is to come
/// move from the one manager's calendar to the other's.
///
/// # Errors
/// See [`SetManagerError`].
pub async fn set_manager(
    app: &TimeTap,
    by: Actor,
    user_id: Uuid,
    manager_id: Option<Uuid>,
) -> Result<(), SetManagerError> {
    if !by.role.is_admin() {
        return Err(SetManagerError::Forbidden);
    }
    if manager_id == Some(user_id) {
        return Err(SetManagerError::Oneself);
    }
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    let find = async |id: Uuid| find_user(&txn, id).await.map_err(Unexpected::from);
    let was = find(user_id).await?.ok_or(SetManagerError::NoSuchAccount)?.manager_id;
    let mut above = match manager_id {
        None => None,
        Some(id) => {
            let manager = find(id).await?.ok_or(SetManagerError::NoSuchAccount)?;
            let role = manager.role.parse::<Role>().ok();
            if manager.disabled_at.is_some() || role.is_none_or(|role| role < Role::Manager) {
                return Err(SetManagerError::NoManager);
            }
            manager.manager_id
        }
    };
    for _ in 0..LONGEST_LINE {
        match above {
            Some(id) if id == user_id => return Err(SetManagerError::Circle),
            Some(id) => above = find(id).await?.and_then(|person| person.manager_id),
            None => break,
        }
    }
    store::set_manager(&txn, user_id, manager_id, app.clock.now())
        .await
        .map_err(Unexpected::from)?;
    if was != manager_id {
        for manager in [was, manager_id].into_iter().flatten() {
            follow_change(&txn, app, manager).await?;
        }
    }
    txn.commit().await.map_err(Unexpected::from)?;
    app.signal.ring();
    Ok(())
}

/// Everybody to whom others may report, by name.
///
/// # Errors
/// The database refuses.
pub async fn list_managers(app: &TimeTap) -> Result<Vec<(Uuid, String)>, Unexpected> {
    let managers = store::list_managers(app.db.reader()).await?;
    Ok(managers.into_iter().map(|person| (person.id, person.name)).collect())
}
