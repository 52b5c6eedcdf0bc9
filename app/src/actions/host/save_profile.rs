//! Saves the profile; the first time leads on to the workplace.

use timetap_usecases::hosts::save_profile::SaveProfileError;
use timetap_usecases::hosts::{ProfileForm, save_profile as use_case};

use super::refuse::{acting_host, refuse};
use crate::actions::{ActionFuture, Reply, Submission};

/// `POST /host/profile`.
pub fn save_profile(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let user_id = match acting_host(&s) {
            Ok(user_id) => user_id,
            Err(reply) => return Ok(reply),
        };
        let text = |name: &str| s.form.text(name).to_owned();
        let form = ProfileForm {
            display_name: text("display_name"),
            slug: text("slug"),
            time_zone: text("time_zone"),
            about: text("about"),
            phone: text("phone"),
        };
        match use_case(&s.app, user_id, form).await {
            Ok(saved) if saved.created => Ok(Reply::see("/host?done=welcome")),
            Ok(_) => Ok(Reply::see("/host/profile?done=saved")),
            Err(SaveProfileError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(SaveProfileError::Refused(refused)) => refuse(refused),
            Err(SaveProfileError::Unexpected(error)) => Err(error),
        }
    })
}
