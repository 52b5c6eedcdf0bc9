//! Confirming an address by a link.

use http::StatusCode;
use timetap_usecases::accounts::verify_email::{VerifyEmailError, verify_email as use_link};

use crate::actions::{ActionFuture, Reply, Submission};

/// `POST /verify-email?token=`.
pub fn verify_email(s: Submission) -> ActionFuture {
    Box::pin(async move {
        match use_link(&s.app, s.query.text("token")).await {
            Ok(()) if s.viewer.is_some() => Ok(Reply::see("/account?done=verified")),
            Ok(()) => Ok(Reply::see("/sign-in?done=verified")),
            Err(error @ VerifyEmailError::DeadLink) => Ok(s.refused(StatusCode::GONE, "", error.to_string())),
            Err(VerifyEmailError::Unexpected(error)) => Err(error),
        }
    })
}
