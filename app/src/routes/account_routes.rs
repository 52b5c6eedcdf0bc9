//! Signing up, signing in, and one's own account.

use leptos::prelude::*;
use leptos_router::components::Route;
use leptos_router::{SsrMode, path};

use crate::pages;

/// The group.
#[component(transparent)]
pub fn AccountRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/account") view=pages::not_found::NotFoundPage ssr=SsrMode::Async/>
    }
    .into_inner()
}
