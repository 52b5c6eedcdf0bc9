//! Answers for the site's files before anything else is done with a request: who asks does not matter for them, and they are
//! asked for more often than everything else together. What all answers have, these have too: the headers of security, a
//! request id, a count in the metrics.

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, Method, Version, header};
use tower::Service;

use super::observe_request::{REQUEST_ID, request_id};
use super::server_state::ServerState;

/// The files, and the routes for everything else. Cloned for every request, which therefore costs next to nothing.
#[derive(Clone, Debug)]
pub struct FilesFirst {
    /// What handlers share.
    pub state: ServerState,
    /// All routes.
    pub routes: Router,
}

impl FilesFirst {
    fn file(&self, request: &Request) -> Option<Response> {
        // Whoever wants a line for every request gets one for files too, the long way.
        if *request.method() != Method::GET
            || tracing::enabled!(target: "timetap::http::observe_request", tracing::Level::DEBUG)
        {
            return None;
        }
        let begun = Instant::now();
        let (mut answer, route) = self.state.files.direct(request.uri().path(), request.headers())?;
        let id = request_id(&self.state, request);
        if let Ok(id) = HeaderValue::try_from(id) {
            answer.headers_mut().insert(REQUEST_ID, id);
        }
        if request.version() < Version::HTTP_2 && self.state.watch.stopping.is_cancelled() {
            let close = HeaderValue::from_static("close");
            answer.headers_mut().insert(header::CONNECTION, close);
        }
        let status = Some(answer.status().as_u16());
        self.state.figures.count(route, "GET", status, begun.elapsed());
        Some(answer)
    }
}

impl Service<Request> for FilesFirst {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A router is always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match self.file(&request) {
            Some(answer) => Box::pin(ready(Ok(answer))),
            None => Box::pin(self.routes.call(request)),
        }
    }
}
