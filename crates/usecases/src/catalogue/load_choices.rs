//! Who and where a service can be given to, for the form that says so.

use timetap_store::catalogue::choose_service_people::{list_service_rooms, list_service_staff};
use timetap_store::hosts::find_service::find_service;
use uuid::Uuid;

use super::list_dates::Names;
use super::list_team::list_team;
use super::save_room::{RoomView, list_rooms};
use crate::hosts::works_for;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What can be chosen, and what is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// People by id and name: the host's team, and whoever serves already.
    pub people: Vec<(Uuid, String)>,
    /// Rooms in use, and those that the service has already.
    pub rooms: Vec<RoomView>,
    /// Who serves; nobody stands for the host.
    pub staff: Vec<Uuid>,
    /// Of these rooms one is needed.
    pub service_rooms: Vec<Uuid>,
}

/// What `user_id` can choose for a service of `host_id`, or for a new one; nothing where they may not act for this host.
///
/// # Errors
/// The database refuses.
pub async fn load_choices(
    app: &TimeTap,
    user_id: Uuid,
    host_id: Uuid,
    service_id: Option<Uuid>,
) -> Result<Choices, Unexpected> {
    let on = app.db.reader();
    if !works_for(on, user_id, &[host_id]).await? {
        return Ok(Choices::default());
    }
    let own = match service_id {
        Some(id) => find_service(on, host_id, id).await?.map(|service| service.id),
        None => None,
    };
    let (staff, service_rooms) = match own {
        Some(id) => (list_service_staff(on, id).await?, list_service_rooms(on, id).await?),
        None => Default::default(),
    };
    let team = list_team(on, app, user_id).await?;
    let mut people: Vec<(Uuid, String)> = team.into_iter().map(|member| (member.user_id, member.name)).collect();
    let names = Names::load(app, app.clock.now()).await?;
    for id in &staff {
        if people.iter().all(|(known, _)| known != id) {
            people.push((*id, names.staff(*id)));
        }
    }
    let rooms = list_rooms(app).await?.into_iter();
    Ok(Choices {
        people,
        rooms: rooms
            .filter(|room| room.active || service_rooms.contains(&room.id))
            .collect(),
        staff,
        service_rooms,
    })
}
