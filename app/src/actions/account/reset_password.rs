//! Choosing a new password by a link.

use http::StatusCode;
use timetap_usecases::accounts::reset_password::{ResetPasswordError, reset_password as use_link};

use super::see_signed_out;
use crate::actions::{ActionFuture, Submission};

/// `POST /reset-password?token=`.
pub fn reset_password(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let password = s.form.text("password").into();
        match use_link(&s.app, s.query.text("token"), &password).await {
            // All sessions of the account are over, and with them perhaps the one of this browser.
            Ok(()) => Ok(see_signed_out(&s, "/sign-in?done=password")),
            Err(ResetPasswordError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(error @ ResetPasswordError::DeadLink) => Ok(s.refused(StatusCode::GONE, "", error.to_string())),
            Err(ResetPasswordError::Unexpected(error)) => Err(error),
        }
    })
}
