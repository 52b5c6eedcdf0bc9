//! Signing in.

use http::StatusCode;
use timetap_usecases::accounts::sign_in::{SignInError, SignInForm, sign_in as check_sign_in};

use super::{browser, see_signed_in, slow_down};
use crate::actions::{ActionFuture, Submission};
use crate::page::local_path::local_path;

/// `POST /sign-in`.
pub fn sign_in(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let form = SignInForm {
            email: s.form.text("email").to_owned(),
            password: s.form.text("password").into(),
        };
        let replaced = s.viewer.as_ref().map(|viewer| (viewer.user_id, viewer.session_id));
        match check_sign_in(&s.app, form, &browser(&s), replaced).await {
            Ok(new) => {
                let home = if new.is_host { "/host" } else { "/account" };
                let to = local_path(s.form.text("next")).unwrap_or(home);
                Ok(see_signed_in(&s, &new.token, to))
            }
            Err(SignInError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(error @ SignInError::TooMany(_)) => Ok(slow_down(s, "", error.to_string())),
            Err(error @ (SignInError::Wrong | SignInError::Disabled)) => {
                Ok(s.refused(StatusCode::UNPROCESSABLE_ENTITY, "", error.to_string()))
            }
            Err(SignInError::Unexpected(error)) => Err(error),
        }
    })
}
