//! Moves a service up or down on its host's page.

use timetap_store::StoreError;
use timetap_store::hosts::list_services::list_services;
use timetap_store::hosts::set_service_positions::set_service_positions;
use uuid::Uuid;

use super::require_host::{HostRefused, require_host_of};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the top.
    Up,
    /// Towards the bottom.
    Down,
}

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveServiceError {
    /// There is no such service, or it is nobody's for whom this account may act.
    #[error("There is no such service.")]
    NotFound,
    /// Not this account.
    #[error(transparent)]
    Refused(#[from] HostRefused),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for MoveServiceError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Moves the service one place. At the end of the list it stays where it is.
///
/// # Errors
/// See [`MoveServiceError`].
pub async fn move_service(
    app: &TimeTap,
    user_id: Uuid,
    service_id: Uuid,
    direction: Direction,
) -> Result<(), MoveServiceError> {
    let txn = app.db.begin().await?;
    let host_id = require_host_of(&txn, app, user_id, service_id)
        .await?
        .ok_or(MoveServiceError::NotFound)?;
    let mut services = list_services(&txn, host_id).await?;
    let at = services
        .iter()
        .position(|service| service.id == service_id)
        .ok_or(MoveServiceError::NotFound)?;
    let to = match direction {
        Direction::Up => at.saturating_sub(1),
        Direction::Down => (at + 1).min(services.len() - 1),
    };
    services.swap(at, to);
    let changed: Vec<(Uuid, i64)> = services
        .iter()
        .zip(1_i64..)
        .filter(|(service, position)| service.position != *position)
        .map(|(service, position)| (service.id, position))
        .collect();
    set_service_positions(&txn, host_id, &changed).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Ok(())
}
