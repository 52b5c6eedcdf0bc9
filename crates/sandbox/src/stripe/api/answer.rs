//! Answers of Stripe's API with its headers.

use http::{HeaderName, header};

use super::{errors::StripeError, request::Incoming};
use crate::{answer::Answer, stripe::options::API_VERSION};

/// A JSON answer with the headers every answer of the API has.
pub(crate) fn answer(status: u16, body: Vec<u8>, incoming: &Incoming, request_id: &str) -> Answer {
    let mut answer = Answer {
        status,
        content_type: "application/json",
        headers: vec![(header::CACHE_CONTROL, "no-cache, no-store".to_owned())],
        body,
        effect: false,
    };
    let version = incoming.header("stripe-version").unwrap_or(API_VERSION);
    answer = answer
        .with_header(HeaderName::from_static("request-id"), request_id)
        .with_header(HeaderName::from_static("stripe-version"), version);
    if let Some(key) = incoming.idempotency_key() {
        answer = answer.with_header(HeaderName::from_static("idempotency-key"), key);
    }
    if status == 401 {
        answer = answer.with_header(header::WWW_AUTHENTICATE, r#"Bearer realm="Stripe""#);
    }
    let again = match status {
        409 | 429 | 502..=504 => Some("true"),
        400..=499 => Some("false"),
        _ => None,
    };
    match again {
        Some(again) => answer.with_header(HeaderName::from_static("stripe-should-retry"), again),
        None => answer,
    }
}

/// A refusal.
pub(crate) fn answer_error(error: &StripeError, incoming: &Incoming, request_id: &str) -> Answer {
    let body = error.body(request_id).to_string().into_bytes();
    answer(error.status, body, incoming, request_id)
}
