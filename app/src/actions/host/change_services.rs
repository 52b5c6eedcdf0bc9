//! The buttons of the list of services: show, hide, up, down.

use http::StatusCode;
use timetap_usecases::Unexpected;
use timetap_usecases::hosts::move_service::MoveServiceError;
use timetap_usecases::hosts::set_service_active::SetServiceActiveError;
use timetap_usecases::hosts::{Direction, move_service, set_service_active};
use uuid::Uuid;

use super::refuse::{acting_host, refuse};
use crate::actions::{ActionFuture, Reply, Submission};
use crate::pages::host::whose::services_of;

/// `POST /host/services` and `POST /host/team/{id}/services`.
pub fn change_services(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let user_id = match acting_host(&s) {
            Ok(user_id) => user_id,
            Err(reply) => return Ok(reply),
        };
        let Ok(service_id) = s.form.text("service").parse::<Uuid>() else {
            return Ok(Reply::NotFound);
        };
        match s.form.text("do") {
            "show" => set_active(&s, user_id, service_id, true).await,
            "hide" => set_active(&s, user_id, service_id, false).await,
            "up" => shift(&s, user_id, service_id, Direction::Up).await,
            "down" => shift(&s, user_id, service_id, Direction::Down).await,
            _ => Ok(s.refused(
                StatusCode::BAD_REQUEST,
                "",
                "This form was not complete. Please try again.",
            )),
        }
    })
}

async fn set_active(s: &Submission, user_id: Uuid, service_id: Uuid, active: bool) -> Result<Reply, Unexpected> {
    match set_service_active(&s.app, user_id, service_id, active).await {
        Ok(()) if active => Ok(done(s, "shown")),
        Ok(()) => Ok(done(s, "hidden")),
        Err(SetServiceActiveError::NotFound) => Ok(Reply::NotFound),
        Err(SetServiceActiveError::Refused(refused)) => refuse(refused),
        Err(SetServiceActiveError::Unexpected(error)) => Err(error),
    }
}

async fn shift(s: &Submission, user_id: Uuid, service_id: Uuid, direction: Direction) -> Result<Reply, Unexpected> {
    match move_service(&s.app, user_id, service_id, direction).await {
        Ok(()) => Ok(done(s, "moved")),
        Err(MoveServiceError::NotFound) => Ok(Reply::NotFound),
        Err(MoveServiceError::Refused(refused)) => refuse(refused),
        Err(MoveServiceError::Unexpected(error)) => Err(error),
    }
}

/// Back to the list where the button is.
fn done(s: &Submission, done: &str) -> Reply {
    let list = match s.param("id").parse() {
        Ok(host_id) => services_of(host_id),
        Err(_) => "/host/services".to_owned(),
    };
    Reply::see(format!("{list}?done={done}"))
}
