//! Who asks about a booking outside of its pages: the same people, by the same credentials.

use std::collections::HashMap;

use http::{HeaderName, HeaderValue, header};
use timetap_app::page::viewer::Viewer;
use timetap_usecases::bookings::Actor;
use uuid::Uuid;

/// Everybody whom the request may stand for: the customer by token or account, and the host.
pub fn actors<'a>(query: &'a HashMap<String, String>, viewer: Option<&Viewer>) -> Vec<Actor<'a>> {
    let user_id: Option<Uuid> = viewer.map(|viewer| viewer.user_id);
    let customer = Actor::Customer {
        capability: query.get("token").map(String::as_str),
        user_id,
    };
    let host = user_id.map(|user_id| Actor::Host { user_id });
    std::iter::once(customer).chain(host).collect()
}

/// Headers of an answer that is for one person only and whose address holds a token.
pub fn private_headers() -> [(HeaderName, HeaderValue); 3] {
    [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex"),
        ),
    ]
}
