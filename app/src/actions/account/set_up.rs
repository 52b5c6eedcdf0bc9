//! Making the first administrator.

use http::StatusCode;
use timetap_usecases::accounts::set_up::{SetUpError, SetUpForm, set_up as use_link};

use super::{browser, see_signed_in};
use crate::actions::{ActionFuture, Submission};

/// `POST /setup?token=`.
pub fn set_up(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let form = SetUpForm {
            name: s.form.text("name").to_owned(),
            email: s.form.text("email").to_owned(),
            password: s.form.text("password").into(),
        };
        match use_link(&s.app, s.query.text("token"), &form, &browser(&s)).await {
            Ok(token) => Ok(see_signed_in(&s, &token, "/account?done=setup")),
            Err(SetUpError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(error @ SetUpError::DeadLink) => Ok(s.refused(StatusCode::GONE, "", error.to_string())),
            Err(SetUpError::Unexpected(error)) => Err(error),
        }
    })
}
