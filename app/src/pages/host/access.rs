//! Who may see a host's pages, and where somebody without a profile is led.

use leptos::prelude::*;
use timetap_usecases::TimeTap;
use timetap_usecases::hosts::HostView;
use timetap_usecases::hosts::load_host;

use crate::components::Tone;
use crate::components::notice::Notice;
use crate::page::form::Values;
use crate::page::loading::PageError;
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
    load_host(app, viewer.user_id).await?.ok_or_else(to_profile)
}

/// A profile comes before everything else.
pub fn to_profile() -> PageError {
    PageError::Redirect("/host/profile?done=first".to_owned())
}

/// The query of the page's address.
pub fn query() -> Values {
    use_context::<http::request::Parts>()
        .map(|parts| Values::parse(parts.uri.query().unwrap_or_default().as_bytes()))
        .unwrap_or_default()
}

/// What was just done, from the code in `?done=`: one of `sentences`, never words from the address itself.
pub fn done_notice(sentences: &[(&str, &'static str)]) -> impl IntoView + use<> {
    let query = query();
    let code = query.text("done");
    let sentence = sentences
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, sentence)| *sentence);
    sentence.map(|sentence| view! { <Notice tone=Tone::Success>{sentence}</Notice> })
}
