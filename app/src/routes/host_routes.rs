//! A host's workplace.

use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::Route;
use leptos_router::{SsrMode, path};

use crate::pages::host;

/// The group.
#[component(transparent)]
pub fn HostRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/host") view=host::home::HomePage ssr=SsrMode::Async/>
        <Route path=path!("/host/profile") view=host::profile::ProfilePage ssr=SsrMode::Async/>
        <Route path=path!("/host/hours") view=host::hours::HoursPage ssr=SsrMode::Async/>
        <Route path=path!("/host/integrations") view=host::integrations::IntegrationsPage ssr=SsrMode::Async/>
        <Route path=path!("/host/services") view=host::services::ServicesPage ssr=SsrMode::Async/>
        <Route path=path!("/host/services/new") view=host::service::NewServicePage ssr=SsrMode::Async/>
        <Route path=path!("/host/bookings") view=host::bookings::HostBookingsPage ssr=SsrMode::Async/>
        <Route path=path!("/host/bookings/:id") view=host::booking::HostBookingPage ssr=SsrMode::Async/>
        <Route path=path!("/host/bookings/:id/reschedule") view=host::change_booking::HostReschedulePage ssr=SsrMode::Async/>
        <Route path=path!("/host/bookings/:id/cancel") view=host::change_booking::HostCancelPage ssr=SsrMode::Async/>
        <Route path=path!("/host/bookings/:id/staff") view=host::exchange::ExchangePage ssr=SsrMode::Async/>
        <Route path=path!("/host/why") view=host::why::WhyPage ssr=SsrMode::Async/>
        <Route path=path!("/host/services/:id/dates") view=host::dates::DatesPage ssr=SsrMode::Async/>
        <Route path=path!("/host/dates/:id") view=host::roster::RosterPage ssr=SsrMode::Async/>
        <Route path=path!("/host/dates/:id/call-off") view=host::call_off::CallOffPage ssr=SsrMode::Async/>
        <Route path=path!("/host/team") view=host::team::TeamPage ssr=SsrMode::Async/>
        <Route path=path!("/host/team/:id/bookings") view=host::bookings::TeamBookingsPage ssr=SsrMode::Async/>
        <Route path=path!("/host/team/:id/services") view=host::services::TeamServicesPage ssr=SsrMode::Async/>
        <Route path=path!("/host/team/:id/services/new") view=host::service::TeamNewServicePage ssr=SsrMode::Async/>
        <Route path=path!("/host/services/:id") view=host::service::ServicePage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
