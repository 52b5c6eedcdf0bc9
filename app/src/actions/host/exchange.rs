//! A booking is given to another one of the staff, or becomes another service.

use http::StatusCode;
use timetap_usecases::bookings::{
    Actor, ExchangeError, ExchangeForm, Exchanged, exchange_booking, find_booking, view_exchange,
};

use crate::actions::{ActionFuture, Reply, Submission};
use crate::pages::host::whose::bookings_of;

/// `POST /host/bookings/{id}/staff`.
pub fn exchange(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let (user_id, id) = match s.host_and_id() {
            Ok(both) => both,
            Err(reply) => return Ok(reply),
        };
        let form = ExchangeForm {
            staff: s.form.text("staff"),
            service: s.form.text("service"),
            message: s.form.text("message"),
        };
        let was = find_booking(s.app.db.reader(), id, &Actor::Host { user_id }).await?;
        match exchange_booking(&s.app, user_id, id, form).await {
            Ok(Exchanged::Unchanged) => Ok(Reply::see(format!("/host/bookings/{id}/staff?done=unchanged"))),
            Ok(Exchanged::Changed) => {
                // Whoever gave it away may see nothing of it any more.
                let still = view_exchange(&s.app, user_id, id).await?.is_some();
                Ok(Reply::see(match was {
                    _ if still => format!("/host/bookings/{id}/staff?done=changed"),
                    Some(was) if was.host_id != user_id => {
                        format!("{}?done=handed_over", bookings_of(was.host_id))
                    }
                    _ => "/host/bookings?done=handed_over".to_owned(),
                }))
            }
            Err(ExchangeError::NotFound) => Ok(Reply::NotFound),
            Err(ExchangeError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(ExchangeError::Unexpected(error)) => Err(error),
            Err(error @ ExchangeError::Closed) => Ok(s.refused(StatusCode::CONFLICT, "", error.to_string())),
        }
    })
}
