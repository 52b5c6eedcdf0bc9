//! A customer moves or cancels a booking.

use http::StatusCode;
use timetap_usecases::bookings::{
    Actor, CancelError, RescheduleError, Rescheduled, cancel_appointment, reschedule_appointment,
};
use uuid::Uuid;

use crate::actions::{ActionFuture, Reply, Submission};
use crate::pages::booking::chosen_time::wanted_start;

/// Who submits it: by the token in the address, or by the account.
fn customer(s: &Submission) -> Actor<'_> {
    Actor::Customer {
        capability: s.query.get("token"),
        user_id: s.viewer.as_ref().map(|viewer| viewer.user_id),
    }
}

/// The booking's page, with what was done.
fn page(s: &Submission, id: Uuid, done: &str) -> Reply {
    match s.query.get("token") {
        // The use case has just accepted it, or the account did: it is repeated only if it can be one.
        Some(token)
            if token
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) =>
        {
            Reply::see(format!("/bookings/{id}?token={token}&done={done}"))
        }
        _ => Reply::see(format!("/bookings/{id}?done={done}")),
    }
}

/// `POST /bookings/{id}/reschedule`.
pub fn reschedule(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let Ok(id) = s.param("id").parse::<Uuid>() else {
            return Ok(Reply::NotFound);
        };
        let result = reschedule_appointment(
            &s.app,
            id,
            &customer(&s),
            wanted_start(&s.form),
            s.form.text("message"),
            s.form.text("time_zone"),
        )
        .await;
        match result {
            Ok(Rescheduled::Moved) => Ok(page(&s, id, "moved")),
            Ok(Rescheduled::Unchanged) => Ok(page(&s, id, "unchanged")),
            Err(RescheduleError::NotFound) => Ok(Reply::NotFound),
            Err(RescheduleError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(RescheduleError::Unexpected(error)) => Err(error),
            // The booking's own page says why it can no longer be changed.
            Err(RescheduleError::TooLate(_) | RescheduleError::Closed(_)) => Ok(page(&s, id, "")),
            Err(error @ RescheduleError::TooMany(_)) => {
                Ok(s.refused(StatusCode::TOO_MANY_REQUESTS, "", error.to_string()))
            }
            Err(error @ RescheduleError::SlotGone { .. }) => Ok(s.refused(StatusCode::CONFLICT, "", error.to_string())),
        }
    })
}

/// `POST /bookings/{id}/cancel`.
pub fn cancel(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let Ok(id) = s.param("id").parse::<Uuid>() else {
            return Ok(Reply::NotFound);
        };
        match cancel_appointment(&s.app, id, &customer(&s), s.form.text("message")).await {
            Ok(()) => Ok(page(&s, id, "cancelled")),
            Err(CancelError::NotFound) => Ok(Reply::NotFound),
            Err(CancelError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(CancelError::Unexpected(error)) => Err(error),
            Err(CancelError::TooLate(_) | CancelError::Over) => Ok(page(&s, id, "")),
        }
    })
}
