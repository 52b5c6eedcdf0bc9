//! Reads one service for the page that changes it.

use uuid::Uuid;

use super::service_view::ServiceView;
use super::works_for::find_service_for;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The service, where `user_id` may act for its host; `None` otherwise, whether it exists or not.
///
/// # Errors
/// The database refuses.
pub async fn load_service(app: &TimeTap, user_id: Uuid, service_id: Uuid) -> Result<Option<ServiceView>, Unexpected> {
    find_service_for(app.db.reader(), user_id, service_id)
        .await?
        .map(ServiceView::from_row)
        .transpose()
}
