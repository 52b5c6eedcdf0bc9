//! Who may see a host's pages, and what somebody without a profile is shown.

use timetap_usecases::TimeTap;
use timetap_usecases::hosts::HostView;
use timetap_usecases::hosts::load_host;

use crate::page::loading::PageError;
pub use crate::page::query::{done_notice, query};
use crate::page::viewer::Viewer;

/// The signed-in person, where their role can be booked.
pub fn require_host_role(viewer: Option<Viewer>) -> Result<Viewer, PageError> {
    let viewer = viewer.ok_or(PageError::SignIn)?;
    if viewer.role.is_host() {
        Ok(viewer)
    } else {
        Err(PageError::Forbidden)
    }
}

/// The profile of a person who can be booked; without one, the way to it.
pub async fn require_profile(app: &TimeTap, viewer: &Viewer) -> Result<HostView, PageError> {
    load_host(app, viewer.user_id).await?.ok_or_else(|| to_profile(viewer))
}

/// A profile comes before everything else, for those who are here to be booked. Managers and administrators may have come for
/// others, so they are asked and not pushed.
pub fn to_profile(viewer: &Viewer) -> PageError {
    if viewer.looks_after_others() {
        return PageError::NoPage;
    }
    PageError::Redirect("/host/profile?done=first".to_owned())
}
