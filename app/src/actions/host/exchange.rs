//! A booking is given to another one of the staff, or becomes another service.

use http::StatusCode;
use timetap_usecases::bookings::{ExchangeError, ExchangeForm, Exchanged, exchange_booking, view_exchange};
use uuid::Uuid;

use crate::actions::{ActionFuture, Reply, Submission};

/// `POST /host/bookings/{id}/staff`.
pub fn exchange(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let viewer = match s.require_host() {
            Ok(viewer) => viewer,
            Err(reply) => return Ok(reply),
        };
        let Ok(id) = s.param("id").parse::<Uuid>() else {
            return Ok(Reply::NotFound);
        };
        let form = ExchangeForm {
            staff: s.form.text("staff"),
            service: s.form.text("service"),
            message: s.form.text("message"),
        };
        match exchange_booking(&s.app, viewer.user_id, id, form).await {
            Ok(Exchanged::Unchanged) => Ok(Reply::see(format!("/host/bookings/{id}/staff?done=unchanged"))),
            Ok(Exchanged::Changed) => {
                // Whoever gave it away may see nothing of it any more.
                let still = view_exchange(&s.app, viewer.user_id, id).await?.is_some();
                Ok(Reply::see(if still {
                    format!("/host/bookings/{id}/staff?done=changed")
                } else {
                    "/host/bookings?done=handed_over".to_owned()
                }))
            }
            Err(ExchangeError::NotFound) => Ok(Reply::NotFound),
            Err(ExchangeError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(ExchangeError::Unexpected(error)) => Err(error),
            Err(error @ ExchangeError::Closed) => Ok(s.refused(StatusCode::CONFLICT, "", error.to_string())),
        }
    })
}
