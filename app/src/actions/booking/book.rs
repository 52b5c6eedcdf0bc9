//! Books the chosen time, or puts it into the cart where it is ordered.

use http::StatusCode;
use timetap_usecases::bookings::{BookSessionError, BookingForm, book_session};

use crate::actions::shop::put_into_cart;
use crate::actions::{ActionFuture, Reply, Submission};
use crate::pages::booking::chosen_time::wanted_start;

/// `POST /{slug}/{service}`.
pub fn book(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let text = |name: &str| s.form.text(name).to_owned();
        let form = BookingForm {
            host_slug: s.param("slug").to_lowercase(),
            service_slug: s.param("service").to_lowercase(),
            start: wanted_start(&s.form).to_owned(),
            name: text("name"),
            email: text("email"),
            phone: text("phone"),
            time_zone: text("time_zone"),
            answers: s
                .form
                .iter()
                .filter_map(|(name, value)| Some((name.strip_prefix("answer-")?.to_owned(), value.to_owned())))
                .collect(),
            idempotency_key: text("idempotency_key"),
        };
        let user_id = s.viewer.as_ref().map(|viewer| viewer.user_id);
        match book_session(&s.app, &form, user_id, &s.client.ip).await {
            Ok(booked) => Ok(Reply::see(format!(
                "/bookings/{}?token={}&done=booked",
                booked.appointment_id, booked.capability
            ))),
            Err(BookSessionError::ByCart(offering)) => put_into_cart(s, &offering).await,
            Err(BookSessionError::NotFound) => Ok(Reply::NotFound),
            Err(BookSessionError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(error @ BookSessionError::SlotGone { .. }) => {
                Ok(s.refused(StatusCode::CONFLICT, "", error.to_string()))
            }
            Err(error @ BookSessionError::TooMany(_)) => {
                Ok(s.refused(StatusCode::TOO_MANY_REQUESTS, "", error.to_string()))
            }
            Err(BookSessionError::Unexpected(error)) => Err(error),
        }
    })
}
