//! Adds a room or changes one.

use timetap_usecases::accounts::Actor;
use timetap_usecases::catalogue::save_room::SaveRoomError;
use timetap_usecases::catalogue::{RoomForm, save_room as use_case};

use crate::actions::{ActionFuture, Reply, Submission};

/// `POST /host/team`.
pub fn save_room(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let viewer = match s.require_viewer() {
            Ok(viewer) => viewer,
            Err(reply) => return Ok(reply),
        };
        let by = Actor {
            user_id: viewer.user_id,
            role: viewer.role,
        };
        let room_id = match s.form.text("room") {
            "" => None,
            text => match text.parse() {
                Ok(id) => Some(id),
                Err(_) => return Ok(Reply::NotFound),
            },
        };
        let form = RoomForm {
            name: s.form.text("name").to_owned(),
            address: s.form.text("address").to_owned(),
            active: s.form.get("active").is_some(),
        };
        match use_case(&s.app, by, room_id, &form).await {
            Ok(_) => Ok(Reply::see("/host/team?done=room#rooms")),
            Err(SaveRoomError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(SaveRoomError::NotFound) => Ok(Reply::NotFound),
            Err(SaveRoomError::Forbidden) => Ok(Reply::Forbidden),
            Err(SaveRoomError::Unexpected(error)) => Err(error),
        }
    })
}
