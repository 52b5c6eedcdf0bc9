//! `/api/stripe/webhooks`: Stripe tells that something happened.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use timetap_providers::stripe::SIGNATURE_HEADER;
use timetap_usecases::TimeTap;
use timetap_usecases::payments::{ReceiveError, receive_event};

/// The largest message of Stripe's that is read, in bytes; theirs are some kilobytes.
const LARGEST: usize = 256 * 1024;

/// `POST`: takes the message in, and says so when it is durable. The bytes are read as they came: they are what is signed.
/// Whatever is wrong with it, the answer is 400 and nothing is written; where the database cannot write, it is 503, and Stripe
/// sends the message again.
pub async fn receive(State(app): State<Arc<TimeTap>>, headers: HeaderMap, body: Body) -> Response {
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return refuse("the message is too large or broken off");
    };
    let signature = headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
    match receive_event(&app, signature.unwrap_or_default(), &body).await {
        Ok(_) => StatusCode::OK.into_response(),
        Err(ReceiveError::Signature(error)) => refuse(&error.to_string()),
        Err(ReceiveError::Envelope(error)) => refuse(&error.to_string()),
        Err(ReceiveError::Unexpected(error)) => {
            tracing::error!(%error, "a message of Stripe's could not be written down; Stripe will send it again");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn refuse(why: &str) -> Response {
    tracing::warn!(why, "a message to the address of Stripe's was refused");
    StatusCode::BAD_REQUEST.into_response()
}
