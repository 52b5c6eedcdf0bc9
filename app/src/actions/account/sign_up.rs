//! Making an account.

use timetap_usecases::accounts::sign_up::{SignUpError, SignUpForm, sign_up as take_sign_up};

use super::{browser, slow_down};
use crate::actions::{ActionFuture, Reply, Submission};

/// `POST /sign-up`.
pub fn sign_up(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let form = SignUpForm {
            wish: s.form.text("wish").to_owned(),
            name: s.form.text("name").to_owned(),
            email: s.form.text("email").to_owned(),
            password: s.form.text("password").into(),
        };
        match take_sign_up(&s.app, form, &browser(&s)).await {
            Ok(()) => Ok(Reply::see("/sign-up?done=sent")),
            Err(SignUpError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(SignUpError::TooMany(error)) => Ok(slow_down(s, "", error.to_string())),
            Err(SignUpError::Unexpected(error)) => Err(error),
        }
    })
}
