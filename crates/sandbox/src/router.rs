//! All addresses of the sandbox's web server.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{any, delete, get, post},
};

use crate::{
    control,
    google::serve::serve_google,
    mailbox, pages,
    stripe::{pages as payment_pages, serve::serve_stripe},
    world::Shared,
};

/// Google's addresses under their own paths, then the pages and the control API.
pub(crate) fn build_router(engine: &Shared) -> Router {
    let google = Router::new()
        .route("/o/oauth2/v2/auth", any(serve_google))
        .route("/token", any(serve_google))
        .route("/revoke", any(serve_google))
        .route("/oauth2/v3/userinfo", any(serve_google))
        .route("/calendar/v3/{*path}", any(serve_google));
    let stripe = Router::new()
        .route("/stripe/v1/{*path}", any(serve_stripe))
        .route(
            "/stripe/c/pay/{session}",
            get(payment_pages::show_payment).post(payment_pages::act),
        )
        .route(
            "/stripe/c/pay/{session}/authenticate",
            get(payment_pages::show_authentication).post(payment_pages::authenticate),
        );
    let mail = Router::new()
        .route("/mail", get(mailbox::pages::show_inbox))
        .route("/mail/{id}", get(mailbox::pages::show_mail))
        .route("/mail/{id}/html", get(mailbox::pages::show_html))
        .route("/mail/{id}/raw", get(mailbox::pages::show_raw))
        .route("/mail/{id}/part/{part}", get(mailbox::pages::show_part))
        .route(
            "/api/mail",
            get(mailbox::api::list_mails).delete(mailbox::api::clear_mails),
        )
        .route("/api/mail/{id}", get(mailbox::api::get_mail));
    let pages = Router::new()
        .route("/", get(pages::front::show_front))
        .route("/meet/{code}", get(pages::calendars::show_meet))
        .route("/calendar/u/{account}", get(pages::calendars::show_calendars))
        .route("/calendar/event/{eid}", get(pages::calendars::show_event))
        .fallback(pages::front::not_found);
    let control = Router::new()
        .route("/control", get(control::page::show_control).post(control::page::act))
        .route(
            "/control/stripe",
            get(control::stripe_page::show_control).post(control::stripe_page::act),
        )
        .merge(control::stripe_api::routes())
        .route(
            "/api/ledger",
            get(control::api::list_ledger).delete(control::api::clear_ledger),
        )
        .route("/api/ledger/summary", get(control::api::show_summary))
        .route(
            "/api/control/faults",
            get(control::api::list_faults)
                .post(control::api::add_fault)
                .delete(control::api::clear_faults),
        )
        .route("/api/control/faults/{id}", delete(control::api::remove_fault))
        .route("/api/control/unplug", post(control::api::unplug))
        .route("/api/control/plug", post(control::api::plug))
        .route("/api/control/clock", post(control::api::advance_clock))
        .route("/api/control/reset", post(control::api::reset))
        .route(
            "/api/control/expire-access-tokens",
            post(control::api::expire_access_tokens),
        )
        .route("/api/control/revoke-grant", post(control::api::revoke_grant))
        .route(
            "/api/control/expire-sync-tokens",
            post(control::api::expire_sync_tokens),
        )
        .route("/api/control/tokens", post(control::api::grant_tokens))
        .route(
            "/api/control/accounts",
            get(control::api::list_accounts).post(control::api::add_account),
        )
        .route("/api/control/deliveries", get(control::api::list_deliveries))
        .route(
            "/api/control/calendars/{calendar}/events",
            get(control::api::list_events).post(control::api::add_event),
        )
        .route(
            "/api/control/calendars/{calendar}/events/{event}",
            axum::routing::patch(control::api::edit_event).delete(control::api::delete_event),
        );
    google
        .merge(stripe)
        .merge(mail)
        .merge(pages)
        .merge(control)
        .layer(DefaultBodyLimit::max(4 * 1024 * 1024))
        .with_state(Arc::clone(engine))
}
