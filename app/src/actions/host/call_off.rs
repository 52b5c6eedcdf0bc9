//! A date is called off, with everything that is booked on it.

use http::StatusCode;
use timetap_usecases::catalogue::{CallOffError, call_off_date};
use uuid::Uuid;

use crate::actions::{ActionFuture, Reply, Submission};

/// `POST /host/dates/{id}/call-off`.
pub fn call_off(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let viewer = match s.require_host() {
            Ok(viewer) => viewer,
            Err(reply) => return Ok(reply),
        };
        let Ok(id) = s.param("id").parse::<Uuid>() else {
            return Ok(Reply::NotFound);
        };
        let (message, key) = (s.form.text("message"), s.form.text("key"));
        match call_off_date(&s.app, viewer.user_id, id, message, key).await {
            Ok(()) => Ok(Reply::see(format!("/host/dates/{id}?done=called_off"))),
            Err(CallOffError::NotFound) => Ok(Reply::NotFound),
            Err(CallOffError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(CallOffError::Unexpected(error)) => Err(error),
            Err(error @ (CallOffError::Begun | CallOffError::Before)) => {
                Ok(s.refused(StatusCode::CONFLICT, "", error.to_string()))
            }
        }
    })
}
