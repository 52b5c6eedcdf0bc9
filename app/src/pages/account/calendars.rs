//! The calendars of somebody who only books.

use leptos::prelude::*;

use crate::page::loading::{PageError, load_page};
use crate::page::viewer::require_viewer;
use crate::pages::host::integrations::{HOST_ADDRESS, show_calendars};

/// `/account/calendars`. Whoever is booked by others has them among the pages of their work.
#[component]
pub fn AccountCalendarsPage() -> impl IntoView {
    let (app, viewer) = (crate::page::timetap(), require_viewer());
    load_page(async move {
        let viewer = viewer?;
        if viewer.role.is_host() {
            return Err(PageError::Redirect(HOST_ADDRESS.to_owned()));
        }
        show_calendars(&app, &viewer).await
    })
}
