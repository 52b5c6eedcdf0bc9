//! Which page stands at which address, in groups by who sees them.

mod account_routes;
mod admin_routes;
mod booking_routes;
mod host_routes;
mod shop_routes;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use account_routes::AccountRoutes;
use admin_routes::AdminRoutes;
use booking_routes::BookingRoutes;
use host_routes::HostRoutes;
use shop_routes::ShopRoutes;

use crate::pages;

/// The application: every route, each rendered whole on the server before the first byte leaves.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <FlatRoutes fallback=pages::not_found::NotFoundPage>
                <Route path=path!("/") view=pages::front::FrontPage ssr=SsrMode::Async/>
                <AccountRoutes/>
                <HostRoutes/>
                <AdminRoutes/>
                <ShopRoutes/>
                <BookingRoutes/>
            </FlatRoutes>
        </Router>
    }
}
