//! Reads all services of a host.

use timetap_store::hosts::list_services::list_services as query;
use uuid::Uuid;

use super::service_view::ServiceView;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The services of this host, offered and hidden, in the host's order.
///
/// # Errors
/// The database refuses.
pub async fn list_services(app: &TimeTap, host_id: Uuid) -> Result<Vec<ServiceView>, Unexpected> {
    query(app.db.reader(), host_id)
        .await?
        .into_iter()
        .map(ServiceView::from_row)
        .collect()
}
