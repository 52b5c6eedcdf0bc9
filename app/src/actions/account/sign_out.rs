//! Signing out.

use timetap_usecases::accounts::end_session::end_session;

use super::see_signed_out;
use crate::actions::{ActionFuture, Submission};

/// `POST /sign-out`.
pub fn sign_out(s: Submission) -> ActionFuture {
    Box::pin(async move {
        if let Some(viewer) = &s.viewer {
            end_session(&s.app, viewer.user_id, viewer.session_id).await?;
        }
        Ok(see_signed_out(&s, "/sign-in?done=signed-out"))
    })
}
