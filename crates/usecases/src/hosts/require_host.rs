//! Who may change a host's page: the account itself, as long as its role can be booked, and whoever may act for it.

use sea_orm::ConnectionTrait;
use timetap_store::hosts::touch_host::touch_host;
use uuid::Uuid;

use super::works_for::{find_acting, find_service_for, works_for};
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
    match find_acting(on, user_id).await? {
        Some(acting) if acting.role.is_host() => Ok(()),
        _ => Err(HostRefused::NotAHost),
    }
}

/// Checks that the account can be booked and has a profile, and holds the profile's row until the transaction ends.
pub(crate) async fn require_host(on: &impl ConnectionTrait, app: &TimeTap, user_id: Uuid) -> Result<(), HostRefused> {
    require_bookable(on, user_id).await?;
    if hold(on, app, user_id).await? {
        Ok(())
    } else {
        Err(HostRefused::NoProfile)
    }
}

/// As [`require_host`], where `user_id` acts for the host `host_id`, who may be themselves. Returns whether they may and there
/// is such a host: strangers learn nothing else.
pub(crate) async fn require_host_for(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    user_id: Uuid,
    host_id: Uuid,
) -> Result<bool, HostRefused> {
    if user_id == host_id {
        return require_host(on, app, user_id).await.map(|()| true);
    }
    require_bookable(on, user_id).await?;
    Ok(works_for(on, user_id, &[host_id]).await? && hold(on, app, host_id).await?)
}

/// On whose page the service is, where `user_id` may act for them; `None` otherwise, whether it exists or not.
pub(crate) async fn find_host_of(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    service_id: Uuid,
) -> Result<Option<Uuid>, HostRefused> {
    require_bookable(on, user_id).await?;
    let service = find_service_for(on, user_id, service_id).await?;
    Ok(service.map(|service| service.host_id))
}

/// Both in one: holds the row of the host on whose page the service is, where `user_id` may act for them, and tells who it is.
pub(crate) async fn require_host_of(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    user_id: Uuid,
    service_id: Uuid,
) -> Result<Option<Uuid>, HostRefused> {
    let Some(host_id) = find_host_of(on, user_id, service_id).await? else {
        return Ok(None);
    };
    let held = require_host_for(on, app, user_id, host_id).await?;
    Ok(held.then_some(host_id))
}

async fn hold(on: &impl ConnectionTrait, app: &TimeTap, host_id: Uuid) -> Result<bool, Unexpected> {
    Ok(touch_host(on, host_id, app.clock.now()).await?)
}
