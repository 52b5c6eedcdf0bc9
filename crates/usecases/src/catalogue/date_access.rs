//! Who may see a date with everybody who comes, and call it off.

use sea_orm::ConnectionTrait;
use timetap_store::entities::{occurrence, service};
use timetap_store::hosts::find_service::find_service_row;
use timetap_store::orders::find_dated::find_occurrence;
use uuid::Uuid;

use crate::hosts::works_for;
use crate::platform::unexpected::Unexpected;

/// The date and its service, for the host of the service and who serves there, their managers, and administrators; `None` for
/// everybody else as for a date that does not exist.
///
/// # Errors
/// The database refuses.
pub(super) async fn find_date_for(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    date_id: Uuid,
) -> Result<Option<(occurrence::Model, service::Model)>, Unexpected> {
    let Some(date) = find_occurrence(on, date_id).await? else {
        return Ok(None);
    };
    let Some(service) = find_service_row(on, date.service_id).await? else {
        return Ok(None);
    };
    let may = works_for(on, user_id, &[service.host_id, date.staff_id]).await?;
    Ok(may.then_some((date, service)))
}
