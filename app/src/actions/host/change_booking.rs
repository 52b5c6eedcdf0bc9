//! A host moves or cancels a booking, or has its calendar entry tried again.

use http::StatusCode;
use timetap_usecases::bookings::{
    Actor, CancelError, RescheduleError, Rescheduled, cancel_appointment, reschedule_appointment, view_hosted_booking,
};
use timetap_usecases::calendars::{RetryWriteError, retry_write};

use crate::actions::{ActionFuture, Reply, Submission};
use crate::pages::booking::chosen_time::wanted_start;

/// `POST /host/bookings/{id}`: tries the calendar entry again, or makes it where its owner adds bookings by hand.
pub fn retry_calendar(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let (user_id, id) = match s.host_and_id() {
            Ok(both) => both,
            Err(reply) => return Ok(reply),
        };
        let Some(found) = view_hosted_booking(&s.app, id, user_id).await? else {
            return Ok(Reply::NotFound);
        };
        let Some(write) = found.write else {
            return Ok(s.refused(StatusCode::CONFLICT, "", "There is nothing to retry."));
        };
        let done = if found.by_hand { "adding" } else { "retried" };
        match retry_write(&s.app, user_id, write.id).await {
            Ok(()) => Ok(Reply::see(format!("/host/bookings/{id}?done={done}"))),
            Err(error @ RetryWriteError::NotFound) => Ok(s.refused(StatusCode::CONFLICT, "", error.to_string())),
            Err(RetryWriteError::Unexpected(error)) => Err(error),
        }
    })
}

/// `POST /host/bookings/{id}/reschedule`.
pub fn reschedule(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let (user_id, id) = match s.host_and_id() {
            Ok(both) => both,
            Err(reply) => return Ok(reply),
        };
        let actor = Actor::Host { user_id };
        let start = wanted_start(&s.form);
        match reschedule_appointment(&s.app, id, &actor, start, s.form.text("message"), "").await {
            Ok(Rescheduled::Moved) => Ok(Reply::see(format!("/host/bookings/{id}?done=moved"))),
            Ok(Rescheduled::Unchanged) => Ok(Reply::see(format!("/host/bookings/{id}?done=unchanged"))),
            Err(RescheduleError::NotFound) => Ok(Reply::NotFound),
            Err(RescheduleError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(RescheduleError::Unexpected(error)) => Err(error),
            Err(error) => Ok(s.refused(StatusCode::CONFLICT, "", error.to_string())),
        }
    })
}

/// `POST /host/bookings/{id}/cancel`.
pub fn cancel(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let (user_id, id) = match s.host_and_id() {
            Ok(both) => both,
            Err(reply) => return Ok(reply),
        };
        let actor = Actor::Host { user_id };
        match cancel_appointment(&s.app, id, &actor, s.form.text("message")).await {
            Ok(()) => Ok(Reply::see(format!("/host/bookings/{id}?done=cancelled"))),
            Err(CancelError::NotFound) => Ok(Reply::NotFound),
            Err(CancelError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(CancelError::Unexpected(error)) => Err(error),
            Err(error @ (CancelError::TooLate(_) | CancelError::Over)) => {
                Ok(s.refused(StatusCode::CONFLICT, "", error.to_string()))
            }
        }
    })
}
