//! Who may work on the services and dates of whom, asked of the database as it is at this moment.

use sea_orm::ConnectionTrait;
use timetap_core::may_act_for::{Acting, Responsible, may_act_for};
use timetap_core::role::Role;
use timetap_store::accounts::find_user::find_user;
use timetap_store::entities::service;
use timetap_store::hosts::find_service::find_service_row;
use uuid::Uuid;

use crate::platform::unexpected::Unexpected;

/// The account with its role; `None` where it is gone or disabled.
pub(crate) async fn find_acting(on: &impl ConnectionTrait, user_id: Uuid) -> Result<Option<Acting>, Unexpected> {
    let Some(person) = find_user(on, user_id)
        .await?
        .filter(|person| person.disabled_at.is_none())
    else {
        return Ok(None);
    };
    let role: Role = person
        .role
        .parse()
        .map_err(|error| Unexpected::Inconsistent(format!("users.role: {error}")))?;
    Ok(Some(Acting { user_id, role }))
}

/// Whether `user_id` may act for one of `people`; see [`may_act_for`].
pub(crate) async fn works_for(on: &impl ConnectionTrait, user_id: Uuid, people: &[Uuid]) -> Result<bool, Unexpected> {
    match find_acting(on, user_id).await? {
        Some(acting) => acts_for(on, acting, people).await,
        None => Ok(false),
    }
}

/// As [`works_for`], for somebody whose role is known.
pub(crate) async fn acts_for(on: &impl ConnectionTrait, acting: Acting, people: &[Uuid]) -> Result<bool, Unexpected> {
    for id in people {
        let Some(person) = find_user(on, *id).await? else {
            continue;
        };
        let whose = Responsible {
            user_id: person.id,
            manager_id: person.manager_id,
        };
        if may_act_for(acting, whose) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The service, where `user_id` may work for its host; `None` otherwise, whether it exists or not.
pub(crate) async fn find_service_for(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    service_id: Uuid,
) -> Result<Option<service::Model>, Unexpected> {
    let Some(service) = find_service_row(on, service_id).await? else {
        return Ok(None);
    };
    let may = works_for(on, user_id, &[service.host_id]).await?;
    Ok(may.then_some(service))
}
