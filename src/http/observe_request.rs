//! Around every request: an id, a span that carries it, a line in the log, a count in the metrics.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header};
use timetap_usecases::platform::cause::{Cause, on_behalf_of};
use tracing::Instrument;

use super::request_figures::RequestFigures;
use super::server_state::ServerState;
use crate::observe::traces::trace_parent;

/// By which a person can name a request to the operator, and the operator find its lines.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Observes the request. While the program stops, it also asks the client to close the connection after the answer, so that
/// its next request goes to another replica instead of into a socket that closes.
pub async fn observe(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let id = request_id(&state, &request);
    let (method, route) = (method_name(request.method()), route(&request));
    let quiet = is_quiet(request.method(), &route);
    let may_close = request.version() < Version::HTTP_2;
    // At the level of errors, so that the span is there wherever a line is. The template and never the address itself,
    // whose query may hold a token.
    let span = tracing::error_span!("request", request_id = id, method, route);
    let mut seen = Seen::new(state.figures.clone(), method, route);
    let cause = Cause {
        request_id: id.clone(),
        trace_parent: trace_parent(&span),
    };
    let mut answer = on_behalf_of(Some(cause), next.run(request))
        .instrument(span.clone())
        .await;
    let status = answer.status();
    let millis = seen.begun.elapsed().as_millis();
    span.in_scope(|| {
        if status.is_server_error() || !quiet {
            tracing::info!(status = status.as_u16(), millis, "answered");
        } else {
            tracing::debug!(status = status.as_u16(), millis, "answered");
        }
    });
    seen.status = Some(status.as_u16());
    let headers = answer.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    if may_close && state.watch.stopping.is_cancelled() {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

/// By which this request is known: as a trusted proxy calls it, else a new id.
pub fn request_id(state: &ServerState, request: &Request) -> String {
    match given_id(request, &state.trusted_proxies) {
        Some(id) => id,
        None => state.app.entropy.uuid(state.app.clock.now()).to_string(),
    }
}

/// The id that a trusted proxy gave the request. Anybody else could put another request's id, or a story, into the log.
fn given_id(request: &Request, trusted: &[IpAddr]) -> Option<String> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    trusted.contains(&peer.ip()).then(|| sound_id(request.headers()))?
}

fn sound_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(&REQUEST_ID)?.to_str().ok()?;
    let sound = (1..=128).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b'=' | b'+'));
    sound.then(|| id.to_owned())
}

/// The template of the route, such as `/{slug}/{service}`: there are few, while addresses are without number.
fn route(request: &Request) -> String {
    let template = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    match template {
        Some(template) => match template.split_once("/{*") {
            Some((folder, _)) => format!("{folder}/*"),
            None => template.to_owned(),
        },
        None => "unmatched".to_owned(),
    }
}

/// Methods that we answer; whatever else a client makes up is one more label value otherwise.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// What only looks, or is a file or a probe, is not worth a line unless somebody asks for more.
fn is_quiet(method: &Method, route: &str) -> bool {
    matches!(*method, Method::GET | Method::HEAD) || route == "unmatched"
}

/// Counts the request when it ends, also when the client leaves before the answer.
struct Seen {
    figures: RequestFigures,
    method: &'static str,
    route: String,
    begun: Instant,
    status: Option<u16>,
}

impl Seen {
    fn new(figures: RequestFigures, method: &'static str, route: String) -> Self {
        figures.begin();
        Self {
            figures,
            method,
            route,
            begun: Instant::now(),
            status: None,
        }
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        self.figures.end();
        self.figures
            .count(&self.route, self.method, self.status, self.begun.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(id: &'static str, peer: &str) -> Request {
        let mut request = Request::new(Body::empty());
        request.headers_mut().insert(REQUEST_ID, HeaderValue::from_static(id));
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }

    #[test]
    fn an_id_is_taken_from_a_trusted_proxy_only() {
        let trusted = ["10.0.0.1".parse().unwrap()];
        let from_proxy = request("abc-123", "10.0.0.1:80");
        assert_eq!(given_id(&from_proxy, &trusted).as_deref(), Some("abc-123"));
        assert_eq!(given_id(&request("abc-123", "10.0.0.2:80"), &trusted), None);
        assert_eq!(given_id(&from_proxy, &[]), None);
    }

    #[test]
    fn an_id_that_tells_a_story_is_not_taken() {
        let trusted = ["10.0.0.1".parse().unwrap()];
        for id in ["", "a b", "a\tb", "{\"level\":\"error\"}", "<script>"] {
            assert_eq!(given_id(&request(id, "10.0.0.1:80"), &trusted), None, "{id:?}");
        }
    }
}
