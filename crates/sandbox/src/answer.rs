//! What a stand-in answers, before faults on the wire get at it.

use http::{HeaderName, header};
use serde_json::Value;

/// An answer, and whether the request changed something.
pub(crate) struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Vec<u8>,
    pub effect: bool,
}

const JSON: &str = "application/json; charset=UTF-8";
const HTML: &str = "text/html; charset=utf-8";

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: JSON,
            headers: vec![(header::CACHE_CONTROL, "no-store".to_owned())],
            body: body.to_string().into_bytes(),
            effect: false,
        }
    }

    pub(crate) fn html(status: u16, body: String) -> Self {
        Self {
            status,
            content_type: HTML,
            headers: vec![(header::CACHE_CONTROL, "no-store".to_owned())],
            body: body.into_bytes(),
            effect: false,
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            content_type: "",
            headers: Vec::new(),
            body: Vec::new(),
            effect: false,
        }
    }

    pub(crate) fn redirect(to: String) -> Self {
        Self {
            headers: vec![(header::LOCATION, to)],
            ..Self::empty(303)
        }
    }

    pub(crate) fn with_effect(mut self) -> Self {
        self.effect = true;
        self
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
