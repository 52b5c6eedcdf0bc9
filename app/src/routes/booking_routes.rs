//! What customers see: the host's public page, the calendar, the confirmation.

use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::Route;
use leptos_router::{SsrMode, path};

use crate::pages::booking;

/// The group.
#[component(transparent)]
pub fn BookingRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/account/bookings") view=booking::my_bookings::MyBookingsPage ssr=SsrMode::Async/>
        <Route path=path!("/bookings/:id") view=booking::booking_page::BookingPage ssr=SsrMode::Async/>
        <Route path=path!("/bookings/:id/reschedule") view=booking::reschedule_page::ReschedulePage ssr=SsrMode::Async/>
        <Route path=path!("/bookings/:id/cancel") view=booking::cancel_page::CancelPage ssr=SsrMode::Async/>
        <Route path=path!("/:slug") view=booking::host_page::HostPage ssr=SsrMode::Async/>
        <Route path=path!("/:slug/book") view=booking::choose_service::ChooseServicePage ssr=SsrMode::Async/>
        <Route path=path!("/:slug/:service") view=booking::choose_time::ChooseTimePage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
