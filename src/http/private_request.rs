//! A request for something of one booking or order by those whose it is, outside of its pages: by the same credentials, a
//! token in the address or an account. Whoever has neither learns nothing, not even whether it exists.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path, Query};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use timetap_app::page::viewer::Viewer;
use timetap_usecases::bookings::Actor;
use timetap_usecases::orders::OrderReader;
use uuid::Uuid;

/// Who asks for which one.
pub struct PrivateRequest {
    /// The booking or order; nothing where what the address says is no id.
    pub id: Option<Uuid>,
    token: Option<String>,
    viewer: Option<Viewer>,
}

impl PrivateRequest {
    /// Everybody whom the request for a booking may stand for: the customer by token or account, and the host.
    pub fn actors(&self) -> Vec<Actor<'_>> {
        let user_id = self.viewer.as_ref().map(|viewer| viewer.user_id);
        let customer = Actor::Customer {
            capability: self.token.as_deref(),
            user_id,
        };
        let host = user_id.map(|user_id| Actor::Host { user_id });
        std::iter::once(customer).chain(host).collect()
    }

    /// Who asks for an order.
    pub fn reader(&self) -> OrderReader<'_> {
        OrderReader {
            capability: self.token.as_deref(),
            account: self.viewer.as_ref().map(|viewer| (viewer.user_id, viewer.role)),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PrivateRequest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        let Path(id) = id.map_err(IntoResponse::into_response)?;
        let query = Query::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let Query(mut query) = query.map_err(IntoResponse::into_response)?;
        Ok(Self {
            id: id.parse().ok(),
            token: query.remove("token"),
            viewer: parts.extensions.get().cloned(),
        })
    }
}

/// The answer to whoever may not have it, as to one for what does not exist.
pub fn nothing() -> Response {
    (StatusCode::NOT_FOUND, private_headers()).into_response()
}

/// The answer where something broke, which was logged.
pub fn broken() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, private_headers()).into_response()
}

/// A calendar file that a browser saves, by this value of `Content-Disposition`.
pub fn calendar_file(file: String, disposition: &'static str) -> Response {
    let kind = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/calendar; charset=utf-8"),
        ),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ];
    (private_headers(), kind, file).into_response()
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
