//! Rooms that services can take: added, changed, taken out of use.

use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_core::role::Role;
use timetap_core::text::{parse_line, parse_optional_block};
use timetap_store::StoreError;
use timetap_store::catalogue::rooms::{list_rooms as stored_rooms, upsert_room};
use timetap_store::entities::{room, user};
use uuid::Uuid;

use crate::accounts::Actor;
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The longest name, in characters.
pub const MAX_NAME: usize = 80;
/// The longest address, in characters.
pub const MAX_ADDRESS: usize = 300;
/// The most rooms.
pub const MAX_ROOMS: usize = 200;

/// A room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomView {
    /// The room.
    pub id: Uuid,
    /// Its name, which no other one has.
    pub name: String,
    /// Where it is; may be empty.
    pub address: String,
    /// Whether it can be taken.
    pub active: bool,
}

/// A room as typed.
#[derive(Clone, Debug, Default)]
pub struct RoomForm {
    /// The name.
    pub name: String,
    /// Where it is; may be empty.
    pub address: String,
    /// Whether it can be taken.
    pub active: bool,
}

/// Why the room was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveRoomError {
    /// What to do, by field.
    #[error("the room needs another look")]
    Invalid(FieldErrors),
    /// There is no such room.
    #[error("There is no such room.")]
    NotFound,
    /// Rooms are for managers and administrators.
    #[error("Managers and administrators look after rooms.")]
    Forbidden,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for SaveRoomError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// All rooms by name, those out of use as well.
///
/// # Errors
/// The database refuses.
pub async fn list_rooms(app: &TimeTap) -> Result<Vec<RoomView>, Unexpected> {
    let rooms = stored_rooms(app.db.reader()).await?;
    Ok(rooms.into_iter().map(view_room).collect())
}

pub(super) fn view_room(row: room::Model) -> RoomView {
    RoomView {
        id: row.id,
        name: row.name,
        address: row.address,
        active: row.active,
    }
}

/// Adds a room (without `room_id`) or changes one, for a manager or administrator. What is booked in it stays.
///
/// # Errors
/// See [`SaveRoomError`].
pub async fn save_room(
    app: &TimeTap,
    by: Actor,
    room_id: Option<Uuid>,
    form: &RoomForm,
) -> Result<Uuid, SaveRoomError> {
    let now = app.clock.now();
    let mut errors = FieldErrors::new();
    let name = errors.take("name", parse_line("The name", &form.name, MAX_NAME));
    let address = errors.take(
        "address",
        parse_optional_block("The address", &form.address, MAX_ADDRESS),
    );
    let txn = app.db.begin().await?;
    require_manager(&txn, by).await?;
    let rooms = stored_rooms(&txn).await?;
    let before = match room_id {
        Some(id) => Some(rooms.iter().find(|room| room.id == id).ok_or(SaveRoomError::NotFound)?),
        None => None,
    };
    let (Some(name), Some(address)) = (name, address) else {
        return Err(SaveRoomError::Invalid(errors));
    };
    if before.is_none() && rooms.len() >= MAX_ROOMS {
        let message = format!("There are {MAX_ROOMS} rooms; that is the most. Change one that is no longer used.");
        return Err(SaveRoomError::Invalid(FieldErrors::one("name", message)));
    }
    let taken = || {
        let message = "Another room has this name. Please choose one that tells them apart.";
        SaveRoomError::Invalid(FieldErrors::one("name", message))
    };
    if rooms.iter().any(|room| room.name == name && Some(room.id) != room_id) {
        return Err(taken());
    }
    let row = room::Model {
        id: room_id.unwrap_or_else(|| app.entropy.uuid(now)),
        name,
        address: address.unwrap_or_default(),
        active: form.active,
        created_at: before.map_or(now.into(), |room| room.created_at),
        updated_at: now.into(),
    };
    let id = row.id;
    match upsert_room(&txn, row).await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => return Err(taken()),
        Err(error) => return Err(error.into()),
    }
    txn.commit().await.map_err(StoreError::from)?;
    Ok(id)
}

/// The role as it is now, not as it was when the page was made.
async fn require_manager(on: &impl ConnectionTrait, by: Actor) -> Result<(), SaveRoomError> {
    let person = user::Entity::find_by_id(by.user_id)
        .one(on)
        .await
        .map_err(Unexpected::from)?
        .filter(|person| person.disabled_at.is_none());
    let role = person.and_then(|person| person.role.parse::<Role>().ok());
    if role.is_some_and(|role| role >= Role::Manager) {
        Ok(())
    } else {
        Err(SaveRoomError::Forbidden)
    }
}
