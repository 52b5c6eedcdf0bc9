//! What an action answers to somebody who may not act as a host.

use timetap_usecases::Unexpected;
use timetap_usecases::hosts::HostRefused;
use uuid::Uuid;

use crate::actions::{Reply, Submission};

/// The acting account, or the answer to somebody who is not signed in.
pub fn acting_host(submission: &Submission) -> Result<Uuid, Reply> {
    submission
        .viewer
        .as_ref()
        .map(|viewer| viewer.user_id)
        .ok_or(Reply::SignIn)
}

/// The answer to a refusal.
pub fn refuse(refused: HostRefused) -> Result<Reply, Unexpected> {
    match refused {
        HostRefused::NotAHost => Ok(Reply::Forbidden),
        HostRefused::NoProfile => Ok(Reply::see("/host/profile?done=first")),
        HostRefused::Unexpected(error) => Err(error),
    }
}
