//! The forms of one's own account.

use http::StatusCode;
use timetap_usecases::Unexpected;
use timetap_usecases::accounts::change_password::{ChangePasswordError, ChangePasswordForm, change_password};
use timetap_usecases::accounts::end_session::{end_other_sessions, end_session};
use timetap_usecases::accounts::rename_account::{RenameError, rename_account};
use timetap_usecases::accounts::verify_email::{ResendError, resend_verification};

use super::{see_signed_in, slow_down};
use crate::actions::{ActionFuture, Reply, Submission};
use crate::page::viewer::Viewer;

/// `POST /account`. The field `form` says which.
pub fn change_account(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let viewer = match s.require_viewer() {
            Ok(viewer) => viewer,
            Err(reply) => return Ok(reply),
        };
        match s.form.text("form") {
            "name" => rename(s, &viewer).await,
            "password" => new_password(s, &viewer).await,
            "session" => end_one(s, &viewer).await,
            "others" => {
                end_other_sessions(&s.app, viewer.user_id, viewer.session_id).await?;
                Ok(Reply::see("/account?done=others"))
            }
            "verify" => send_again(s, &viewer).await,
            _ => Ok(s.refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                "",
                "This form is not known here. Please reload the page and try again.",
            )),
        }
    })
}

async fn rename(s: Submission, viewer: &Viewer) -> Result<Reply, Unexpected> {
    match rename_account(&s.app, viewer.user_id, s.form.text("name")).await {
        Ok(()) => Ok(Reply::see("/account?done=name")),
        Err(RenameError::Invalid(errors)) => Ok(s.invalid("name", errors)),
        Err(RenameError::Unexpected(error)) => Err(error),
    }
}

async fn new_password(s: Submission, viewer: &Viewer) -> Result<Reply, Unexpected> {
    let form = ChangePasswordForm {
        current: s.form.text("current_password").into(),
        new: s.form.text("new_password").into(),
    };
    match change_password(&s.app, viewer.user_id, viewer.session_id, &form).await {
        Ok(token) => Ok(see_signed_in(&s, &token, "/account?done=password")),
        Err(ChangePasswordError::Invalid(errors)) => Ok(s.invalid("password", errors)),
        Err(ChangePasswordError::TooMany(error)) => Ok(slow_down(s, "password", error.to_string())),
        Err(ChangePasswordError::Unexpected(error)) => Err(error),
    }
}

async fn end_one(s: Submission, viewer: &Viewer) -> Result<Reply, Unexpected> {
    let ended = match s.form.text("id").parse() {
        Ok(id) if id != viewer.session_id => end_session(&s.app, viewer.user_id, id).await?,
        _ => false,
    };
    if ended {
        return Ok(Reply::see("/account?done=session"));
    }
    Ok(s.refused(
        StatusCode::UNPROCESSABLE_ENTITY,
        "session",
        "That browser is not signed in any more. The list is up to date now.",
    ))
}

async fn send_again(s: Submission, viewer: &Viewer) -> Result<Reply, Unexpected> {
    match resend_verification(&s.app, viewer.user_id).await {
        Ok(()) => Ok(Reply::see("/account?done=sent")),
        Err(ResendError::AlreadyVerified) => Ok(Reply::see("/account?done=verified")),
        Err(ResendError::TooMany(error)) => Ok(slow_down(s, "verify", error.to_string())),
        Err(ResendError::Unexpected(error)) => Err(error),
    }
}
