//! Asking for a link to choose a new password.

use timetap_usecases::accounts::forgot_password::{ForgotPasswordError, forgot_password as send_link};

use super::{browser, slow_down};
use crate::actions::{ActionFuture, Reply, Submission};

/// `POST /forgot-password`.
pub fn forgot_password(s: Submission) -> ActionFuture {
    Box::pin(async move {
        match send_link(&s.app, s.form.text("email"), &browser(&s)).await {
            Ok(()) => Ok(Reply::see("/forgot-password?done=sent")),
            Err(ForgotPasswordError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(ForgotPasswordError::TooMany(error)) => Ok(slow_down(s, "", error.to_string())),
            Err(ForgotPasswordError::Unexpected(error)) => Err(error),
        }
    })
}
