//! Sends an answer over the wire, or breaks it on the way as a fault asks.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use futures::stream;
use http::{HeaderValue, header};

use crate::{answer::Answer, connection::Wire, faults::FaultKind, world::Shared};

/// How long a hanging connection is held before it is closed, should the client never give up.
const LONGEST_HANG: Duration = Duration::from_mins(5);
const DRIP_PIECES: usize = 20;

/// Sends the answer, as far as the fault lets it through.
pub(crate) async fn deliver(
    engine: &Shared,
    wire: &Wire,
    answer: Option<Answer>,
    fault: Option<FaultKind>,
) -> Response {
    let Some(mut answer) = answer else {
        if matches!(fault, Some(FaultKind::TimeoutBefore)) {
            hang(engine).await;
        }
        return close(wire);
    };
    match fault {
        Some(FaultKind::TimeoutAfter) => {
            hang(engine).await;
            close(wire)
        }
        Some(FaultKind::LostAnswer { .. }) => close(wire),
        Some(FaultKind::ResetAfter) => {
            let body = std::mem::take(&mut answer.body);
            let (length, half) = (body.len(), body[..body.len() / 2].to_vec());
            if length == 0 {
                return close(wire);
            }
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            let pieces = stream::iter([Ok(Bytes::from(half)), Err(broken)]);
            let mut response = respond(answer, Body::from_stream(pieces));
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            response
        }
        Some(FaultKind::TruncatedJson) => {
            let mut body = std::mem::take(&mut answer.body);
            body.truncate(body.len() / 2);
            respond(answer, Body::from(body))
        }
        Some(FaultKind::SlowDrip { ms }) => {
            let body = Bytes::from(std::mem::take(&mut answer.body));
            let pieces: Vec<_> = body
                .chunks(body.len().div_ceil(DRIP_PIECES).max(1))
                .map(Bytes::copy_from_slice)
                .collect();
            let pause = Duration::from_millis(ms);
            let dripping = stream::unfold(pieces.into_iter(), move |mut rest| async move {
                let piece = rest.next()?;
                tokio::time::sleep(pause).await;
                Some((Ok::<_, std::io::Error>(piece), rest))
            });
            respond(answer, Body::from_stream(dripping))
        }
        _ => {
            let body = std::mem::take(&mut answer.body);
            respond(answer, Body::from(body))
        }
    }
}

async fn hang(engine: &Shared) {
    tokio::select! {
        () = tokio::time::sleep(LONGEST_HANG) => {}
        () = engine.stop.cancelled() => {}
    }
}

/// Cuts the connection; the response returned never reaches the client.
fn close(wire: &Wire) -> Response {
    wire.cut();
    Response::new(Body::empty())
}

fn respond(answer: Answer, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(answer.status).unwrap_or(http::StatusCode::OK);
    if !answer.content_type.is_empty() {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    }
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
