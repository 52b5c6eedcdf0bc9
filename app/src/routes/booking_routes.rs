//! What customers see: the host's public page, the calendar, the confirmation.

use leptos::prelude::*;
use leptos_router::components::Route;
use leptos_router::{SsrMode, path};

use crate::pages;

/// The group.
#[component(transparent)]
pub fn BookingRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/:slug") view=pages::not_found::NotFoundPage ssr=SsrMode::Async/>
    }
    .into_inner()
}
