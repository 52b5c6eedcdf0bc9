//! Every address that is no page: what it answers to, and by what. The router is made from this list, and so is the list of
//! all addresses that `timetap routes` prints and the tests go through.

use axum::routing::{MethodRouter, get, post};

use super::server_state::ServerState;
use super::{
    booking_status, download_ics, download_order, google_callback, google_connect, google_disconnect, healthz,
    order_calendar_status, order_progress, pick_times, read_metrics, readyz, stripe_webhook,
};

/// An address of our own making.
pub struct Endpoint {
    /// In the router's notation.
    pub path: &'static str,
    /// What it answers to; HEAD comes with GET, and writes nothing.
    pub methods: &'static [&'static str],
    /// What answers.
    pub handler: MethodRouter<ServerState>,
}

/// Those that other programs call by themselves: no visitor, no form, no session stands behind them, and they stand in no
/// line with visitors.
pub fn endpoints_for_programs() -> Vec<Endpoint> {
    vec![Endpoint {
        path: "/api/stripe/webhooks",
        methods: &["POST"],
        handler: post(stripe_webhook::receive),
    }]
}

/// All that visitors and their browsers call.
pub fn endpoints() -> Vec<Endpoint> {
    let one = |path, methods, handler| Endpoint { path, methods, handler };
    vec![
        one("/healthz", &["GET"], get(healthz::healthz)),
        one("/readyz", &["GET"], get(readyz::readyz)),
        one("/metrics", &["GET"], get(read_metrics::among_pages)),
        one("/api/fn/pick_times", &["GET"], get(pick_times::show)),
        one("/bookings/{id}/status", &["GET"], get(booking_status::show)),
        one(
            "/orders/{id}/calendar-status",
            &["GET"],
            get(order_calendar_status::show),
        ),
        one("/orders/{id}/invites.ics", &["GET"], get(download_order::download)),
        one("/orders/{id}/progress", &["GET"], get(order_progress::show)),
        one("/bookings/{id}/invite.ics", &["GET"], get(download_ics::download)),
        one(
            "/api/google/calendar/connect",
            &["GET", "POST"],
            get(google_connect::follow_link)
                .head(google_connect::look)
                .post(google_connect::submit),
        ),
        one(
            "/api/google/calendar/callback",
            &["GET"],
            get(google_callback::callback).head(google_connect::look),
        ),
        one(
            "/api/google/calendar/disconnect",
            &["POST"],
            post(google_disconnect::submit),
        ),
    ]
}
