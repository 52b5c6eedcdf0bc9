//! Reads one service for the page that changes it.

use timetap_store::hosts::find_service::find_service;
use uuid::Uuid;

use super::service_view::ServiceView;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The service, where it is this account's; `None` otherwise, whether it exists or not.
///
/// # Errors
/// The database refuses.
pub async fn load_service(app: &TimeTap, host_id: Uuid, service_id: Uuid) -> Result<Option<ServiceView>, Unexpected> {
    find_service(app.db.reader(), host_id, service_id)
        .await?
        .map(ServiceView::from_row)
        .transpose()
}
