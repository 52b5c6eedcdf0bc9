//! Lets so many requests be worked on at a time as the machine can do well, and the others wait for their turn.
//!
//! Without it, a crowd that comes at once shares the database and the processors so evenly that everybody is late together
//! and nobody is told anything. In turns the first are done at once, those who come too late are refused cheaply, and the
//! time a request may take is counted from the moment it is worked on. Whoever gives up waiting leaves the line.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// So many requests are worked on at a time: some more than there are connections to the database.
const AT_ONCE: usize = 32;
/// So long may it take to send a form.
const ARRIVAL: Duration = Duration::from_secs(30);
/// So long may it take to answer.
const WORK: Duration = Duration::from_secs(30);
/// The largest form, in bytes.
pub const FORM_LIMIT: usize = 256 * 1024;

/// The line in which requests stand.
#[derive(Clone, Debug)]
pub struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Reads the whole request, waits for its turn, and answers within the time for that.
pub async fn take_turn(State(Turns(line)): State<Turns>, request: Request, next: Next) -> Response {
    if goes_straight_through(request.uri().path()) {
        return work_on(request, next).await;
    }
    // First: a form that trickles in must hold up nobody.
    let (parts, body) = request.into_parts();
    let body = match timeout(ARRIVAL, read_body(body)).await {
        Ok(Ok(body)) => body,
        Ok(Err(refusal)) => return refusal,
        Err(_) => {
            return (
                StatusCode::REQUEST_TIMEOUT,
                "Sending this took too long. Nothing was changed; please send it again.",
            )
                .into_response();
        }
    };
    // Closed it is never; were it, then everybody's turn had come.
    let _turn = line.acquire().await;
    work_on(Request::from_parts(parts, Body::from(body)), next).await
}

/// The whole body, or the answer to one that is larger than any form of ours.
pub async fn read_body(body: Body) -> Result<Bytes, Response> {
    to_bytes(body, FORM_LIMIT).await.map_err(|_| {
        (
            StatusCode::PAYLOAD_TOO_LARGE,
            "This form is too large; shorten what you wrote and send it again.",
        )
            .into_response()
    })
}

async fn work_on(request: Request, next: Next) -> Response {
    timeout(WORK, next.run(request)).await.unwrap_or_else(|_| {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "This took too long. Please look whether it was done, and try again in a moment.",
        )
            .into_response()
    })
}

/// Health costs next to nothing. What waits for Google must hold up nobody who does not.
fn goes_straight_through(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics") || path.starts_with("/api/google/")
}
