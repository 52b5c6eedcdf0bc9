//! A request to the stand-in Google, taken apart once: parameters, form fields, JSON.

use axum::body::Bytes;
use data_encoding::BASE64;
use http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::errors::ApiError;

/// Decoded name-value pairs of a query or a form; a name may come several times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(text: &[u8]) -> Self {
        // A query that is no valid encoding has no readable parameters.
        Self(serde_urlencoded::from_bytes(text).unwrap_or_default())
    }

    /// The first value of the name; an empty one counts as absent, as at Google.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub(crate) fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.0
            .iter()
            .filter(move |(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(ApiError::invalid_parameter(
                name,
                format!("Invalid boolean value: '{other}'."),
            )),
        }
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, ApiError> {
        self.get(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| ApiError::invalid_parameter(name, format!("Invalid integer value: '{text}'.")))
            })
            .transpose()
    }

    /// All pairs but the named ones, sorted: what two requests of one query have in common.
    pub(crate) fn canonical_without(&self, names: &[&str]) -> String {
        let mut pairs: Vec<_> = self
            .0
            .iter()
            .filter(|(key, _)| !names.contains(&key.as_str()))
            .collect();
        pairs.sort();
        serde_urlencoded::to_string(&pairs).unwrap_or_default()
    }
}

/// One request.
pub(crate) struct Incoming {
    pub method: Method,
    pub path: String,
    pub query: Params,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Incoming {
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// Client id and secret of a Basic header, form-decoded as RFC 6749 asks.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let (scheme, encoded) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?;
        let (id, secret) = decoded.split_once(':')?;
        Some((form_decode(id), form_decode(secret)))
    }

    pub(crate) fn form(&self) -> Params {
        Params::parse(&self.body)
    }

    /// The JSON object in the body; an empty body is an empty object.
    pub(crate) fn json(&self) -> Result<Value, ApiError> {
        if self.body.is_empty() {
            return Ok(Value::Object(serde_json::Map::new()));
        }
        match serde_json::from_slice(&self.body) {
            Ok(value @ Value::Object(_)) => Ok(value),
            _ => Err(ApiError::parse_error()),
        }
    }
}

fn form_decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

/// One percent-decoded path segment.
pub(crate) fn path_decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
