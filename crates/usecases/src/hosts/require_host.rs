//! Who may change a host's page: the account itself, as long as its role can be booked.

use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_core::role::Role;
use timetap_store::entities::user;
use timetap_store::hosts::touch_host::touch_host;
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why somebody may not act as a host.
#[derive(Debug, thiserror::Error)]
pub enum HostRefused {
    /// The account is gone, disabled, or of a role that is not booked.
    #[error("Your account cannot be booked. Ask an administrator to make you a member of staff.")]
    NotAHost,
    /// There is no profile yet, and everything else hangs on it.
    #[error("Choose your public address first; then you can set up the rest.")]
    NoProfile,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Checks that the account can be booked.
pub(super) async fn require_bookable(on: &impl ConnectionTrait, user_id: Uuid) -> Result<(), HostRefused> {
    let person = user::Entity::find_by_id(user_id)
        .one(on)
        .await
        .map_err(Unexpected::from)?
        .filter(|person| person.disabled_at.is_none())
        .ok_or(HostRefused::NotAHost)?;
    let role: Role = person
        .role
        .parse()
        .map_err(|error| Unexpected::Inconsistent(format!("users.role: {error}")))?;
    if role.is_host() {
        Ok(())
    } else {
        Err(HostRefused::NotAHost)
    }
}

/// Checks that the account can be booked and has a profile, and holds the profile's row until the transaction ends.
pub(crate) async fn require_host(on: &impl ConnectionTrait, app: &TimeTap, user_id: Uuid) -> Result<(), HostRefused> {
    require_bookable(on, user_id).await?;
    if touch_host(on, user_id, app.clock.now())
        .await
        .map_err(Unexpected::from)?
    {
        Ok(())
    } else {
        Err(HostRefused::NoProfile)
    }
}
