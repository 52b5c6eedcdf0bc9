//! Who may see a date with everybody who comes, and call it off.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use timetap_core::role::Role;
use timetap_store::entities::{occurrence, service, user};
use timetap_store::orders::find_dated::find_occurrence;
use uuid::Uuid;

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
    let Some(service) = service::Entity::find_by_id(date.service_id).one(on).await? else {
        return Ok(None);
    };
    let may = works_for(on, user_id, &[service.host_id, date.staff_id]).await?;
    Ok(may.then_some((date, service)))
}

/// Whether `user_id` is one of `people`, somebody's manager among them, or an administrator.
pub(crate) async fn works_for(on: &impl ConnectionTrait, user_id: Uuid, people: &[Uuid]) -> Result<bool, Unexpected> {
    if people.contains(&user_id) {
        return Ok(true);
    }
    let Some(viewer) = user::Entity::find_by_id(user_id).one(on).await? else {
        return Ok(false);
    };
    let role = viewer.role.parse::<Role>().ok();
    if role.is_some_and(Role::is_admin) {
        return Ok(true);
    }
    let reports = user::Entity::find()
        .filter(user::Column::Id.is_in(people.iter().copied()))
        .filter(user::Column::ManagerId.eq(user_id))
        .one(on)
        .await?;
    Ok(role.is_some_and(|role| role >= Role::Manager) && reports.is_some())
}
