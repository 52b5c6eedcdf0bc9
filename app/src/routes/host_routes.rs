//! A host's workplace.

use leptos::prelude::*;
use leptos_router::components::Route;
use leptos_router::{SsrMode, path};

use crate::pages;

/// The group.
#[component(transparent)]
pub fn HostRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/host") view=pages::not_found::NotFoundPage ssr=SsrMode::Async/>
    }
    .into_inner()
}
