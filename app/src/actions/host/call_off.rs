//! A date is called off, with everything that is booked on it.

use http::StatusCode;
use timetap_usecases::catalogue::{CallOffError, call_off_date};

use crate::actions::{ActionFuture, Reply, Submission};

/// `POST /host/dates/{id}/call-off`.
pub fn call_off(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let (user_id, id) = match s.host_and_id() {
            Ok(both) => both,
            Err(reply) => return Ok(reply),
        };
        let (message, key) = (s.form.text("message"), s.form.text("key"));
        match call_off_date(&s.app, user_id, id, message, key).await {
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
