//! Stripe's refusals: the error object with type, code, message and parameter (`docs.stripe.com/api/errors`,
//! `docs.stripe.com/error-codes`).

use serde_json::{Map, Value, json};

use crate::stripe::objects::Kind;

/// A refusal.
#[derive(Clone, Debug)]
pub(crate) struct StripeError {
    pub status: u16,
    pub kind: &'static str,
    pub code: Option<String>,
    pub message: String,
    pub param: Option<String>,
    /// Whether the request was at work already: then a retry with the same idempotency key gets the same refusal.
    pub executed: bool,
    /// `decline_code`, `charge`, `payment_intent`, …
    pub more: Map<String, Value>,
}

impl StripeError {
    pub(crate) fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            code: None,
            message: message.into(),
            param: None,
            executed: false,
            more: Map::new(),
        }
    }

    /// 400, `invalid_request_error`.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    pub(crate) fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    pub(crate) fn param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.more.insert(field.to_owned(), value);
        self
    }

    /// Found out while at work, not while reading the request.
    pub(crate) fn at_work(mut self) -> Self {
        self.executed = true;
        self
    }

    pub(crate) fn missing(param: &str) -> Self {
        Self::invalid(format!("Missing required param: {param}."))
            .code("parameter_missing")
            .param(param)
    }

    pub(crate) fn unknown(param: &str) -> Self {
        Self::invalid(format!("Received unknown parameter: {param}"))
            .code("parameter_unknown")
            .param(param)
    }

    /// An id in the path that belongs to nothing.
    pub(crate) fn no_such(kind: Kind, id: &str) -> Self {
        Self {
            status: 404,
            ..Self::no_such_at(kind, id, kind.path_param())
        }
    }

    /// An id in a parameter that belongs to nothing.
    pub(crate) fn no_such_at(kind: Kind, id: &str, param: &str) -> Self {
        Self::invalid(format!("No such {}: '{id}'", kind.object()))
            .code("resource_missing")
            .param(param)
    }

    pub(crate) fn no_such_url(verb: &str, path: &str) -> Self {
        Self::new(
            404,
            "invalid_request_error",
            format!("Unrecognized request URL ({verb}: {path}). See https://docs.stripe.com for what there is."),
        )
    }

    /// A refusal that a fault asks for.
    pub(crate) fn of_fault(status: u16, reason: Option<&str>) -> Self {
        let (kind, code, message) = match status {
            401 => ("invalid_request_error", None, "Invalid API Key provided."),
            402 => ("card_error", Some("card_declined"), "Your card was declined."),
            403 => (
                "invalid_request_error",
                None,
                "The key does not have the permission for this.",
            ),
            404 => (
                "invalid_request_error",
                Some("resource_missing"),
                "There is no such thing.",
            ),
            409 => (
                "invalid_request_error",
                Some("lock_timeout"),
                "Another request holds this object. Try again.",
            ),
            429 => (
                "invalid_request_error",
                Some("rate_limit"),
                "Request rate limit exceeded. Retry with exponential backoff.",
            ),
            500..=599 => ("api_error", None, "An unknown error occurred."),
            _ => (
                "invalid_request_error",
                None,
                "A fault of the sandbox answered this request.",
            ),
        };
        let error = Self::new(status, kind, message);
        // A 500 comes from the work itself and is kept with the key; 502 to 504 come from before it.
        let error = if status == 500 { error.at_work() } else { error };
        match reason.or(code) {
            Some(code) => error.code(code),
            None => error,
        }
    }

    pub(crate) fn body(&self, request_id: &str) -> Value {
        let mut error = self.more.clone();
        if let Some(code) = &self.code {
            error.insert("code".to_owned(), json!(code));
            let page = code.replace('_', "-");
            let address = format!("https://stripe.com/docs/error-codes/{page}");
            error.insert("doc_url".to_owned(), json!(address));
        }
        error.insert("message".to_owned(), json!(self.message));
        if let Some(param) = &self.param {
            error.insert("param".to_owned(), json!(param));
        }
        let log = format!("https://dashboard.stripe.com/test/logs/{request_id}");
        error.insert("request_log_url".to_owned(), json!(log));
        error.insert("type".to_owned(), json!(self.kind));
        json!({ "error": error })
    }
}
