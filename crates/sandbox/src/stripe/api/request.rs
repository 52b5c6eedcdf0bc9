//! A request to Stripe's API, taken apart once.

use axum::body::Bytes;
use data_encoding::BASE64;
use http::{HeaderMap, Method, header};

use super::params::Params;

/// One request; `path` is what follows `/stripe`.
pub(crate) struct Incoming {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Incoming {
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The secret key: a bearer token, or the user name of a Basic header.
    pub(crate) fn key(&self) -> Option<String> {
        let (scheme, rest) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(rest.trim().to_owned());
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(BASE64.decode(rest.trim().as_bytes()).ok()?).ok()?;
        Some(decoded.split(':').next().unwrap_or_default().to_owned())
    }

    /// Of the query for GET and DELETE, of the form otherwise.
    pub(crate) fn params(&self) -> Params {
        if self.method == Method::POST {
            Params::parse(&self.body)
        } else {
            Params::parse(self.query.as_bytes())
        }
    }

    /// The key of a POST that must happen once.
    pub(crate) fn idempotency_key(&self) -> Option<&str> {
        let key = self.header("idempotency-key").filter(|key| !key.is_empty());
        key.filter(|_| self.method == Method::POST)
    }
}
