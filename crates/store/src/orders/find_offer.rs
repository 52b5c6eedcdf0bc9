//! A service as it can be bought: with its host, who may serve it, and its rooms.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement};
use uuid::Uuid;

use crate::accounts::may_be_booked::may_be_booked;
use crate::bookings::find_offering::find_bookable_host;
use crate::entities::{host, room, service, service_room};
use crate::error::StoreError;

/// A service that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The service.
    pub service: service::Model,
    /// On whose page it is.
    pub host: host::Model,
    /// Who may serve it, in the service's order; its host where nobody is named.
    pub staff: Vec<Uuid>,
    /// Rooms of which it needs one; empty where it needs none.
    pub rooms: Vec<room::Model>,
    /// Whether it needs a room, though none of them may be in use at the moment.
    pub needs_room: bool,
}

#[derive(FromQueryResult)]
struct Person {
    user_id: Uuid,
}

/// The offer of this service, where it is active and its host may be booked. Staff whose accounts are disabled, and rooms out
/// of use, are left out.
///
/// # Errors
/// The database refuses.
pub async fn find_offer(on: &impl ConnectionTrait, service_id: Uuid) -> Result<Option<Offer>, StoreError> {
    let service = service::Entity::find_by_id(service_id)
        .filter(service::Column::Active.eq(true))
        .one(on)
        .await?;
    let Some(service) = service else { return Ok(None) };
    let Some(host) = find_bookable_host(on, service.host_id).await? else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT s.user_id, {may_be_booked} AS serves FROM service_staff s JOIN users u ON u.id = s.user_id \
         WHERE s.service_id = $1 ORDER BY s.position, s.user_id",
        may_be_booked = may_be_booked("u"),
    );
    let named = on
        .query_all_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [service_id.into()],
        ))
        .await?;
    let mut staff = Vec::new();
    for row in &named {
        if row.try_get("", "serves")? {
            staff.push(Person::from_query_result(row, "")?.user_id);
        }
    }
    if named.is_empty() {
        staff.push(host.user_id);
    }
    let of_service = service_room::Entity::find()
        .filter(service_room::Column::ServiceId.eq(service_id))
        .all(on)
        .await?;
    let rooms = room::Entity::find()
        .filter(room::Column::Id.is_in(of_service.iter().map(|row| row.room_id)))
        .filter(room::Column::Active.eq(true))
        .order_by_asc(room::Column::Name)
        .all(on)
        .await?;
    Ok(Some(Offer {
        service,
        host,
        staff,
        needs_room: !of_service.is_empty(),
        rooms,
    }))
}
