//! Which page stands at which address.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{ParamSegment, StaticSegment, path};

use crate::pages;

/// The application: every route, each rendered whole on the server before the first byte leaves.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <FlatRoutes fallback=pages::not_found::NotFoundPage>
                <Route path=path!("/") view=pages::front::FrontPage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
