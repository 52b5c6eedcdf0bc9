//! The router and every endpoint that is not a page.

pub mod booking_actor;
pub mod booking_status;
pub mod client_facts;
pub mod download_ics;
pub mod endpoints;
pub mod failure_page;
pub mod google_callback;
pub mod google_connect;
pub mod google_disconnect;
pub mod healthz;
pub mod list_routes;
pub mod observe_request;
pub mod pick_times;
pub mod post_action;
pub mod read_metrics;
pub mod readyz;
pub mod router;
pub mod security_headers;
pub mod server_state;
pub mod session_cookie;
pub mod site_files;
pub mod sound_address;
pub mod take_turns;
pub mod watch_router;
pub mod watch_state;
