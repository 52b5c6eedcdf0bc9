//! Google's refusals: the error envelope of its APIs and the shorter one of its OAuth endpoints.

use serde_json::{Value, json};

/// A refusal of the Calendar API, as its error guide describes them.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub status: u16,
    pub domain: &'static str,
    pub reason: String,
    pub message: String,
    /// `locationType` and `location`.
    pub location: Option<(&'static str, String)>,
}

impl ApiError {
    pub(crate) fn new(status: u16, domain: &'static str, reason: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            domain,
            reason: reason.to_owned(),
            message: message.into(),
            location: None,
        }
    }

    pub(crate) fn at(mut self, kind: &'static str, name: impl Into<String>) -> Self {
        self.location = Some((kind, name.into()));
        self
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "global", "invalid", message)
    }

    pub(crate) fn invalid_parameter(name: &str, message: impl Into<String>) -> Self {
        Self::new(400, "global", "invalidParameter", message).at("parameter", name)
    }

    pub(crate) fn required(message: impl Into<String>) -> Self {
        Self::new(400, "global", "required", message)
    }

    pub(crate) fn bad_request() -> Self {
        Self::new(400, "global", "badRequest", "Bad Request")
    }

    pub(crate) fn parse_error() -> Self {
        Self::new(400, "global", "parseError", "Parse Error")
    }

    pub(crate) fn empty_range() -> Self {
        Self::new(400, "calendar", "timeRangeEmpty", "The specified time range is empty.").at("parameter", "timeMax")
    }

    pub(crate) fn login_required() -> Self {
        Self::new(401, "global", "required", "Login Required.").at("header", "Authorization")
    }

    pub(crate) fn invalid_credentials() -> Self {
        Self::new(401, "global", "authError", "Invalid Credentials").at("header", "Authorization")
    }

    pub(crate) fn insufficient_scope() -> Self {
        Self::new(403, "global", "insufficientPermissions", "Insufficient Permission")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "global", "notFound", "Not Found")
    }

    pub(crate) fn duplicate() -> Self {
        Self::new(409, "global", "duplicate", "The requested identifier already exists.")
    }

    pub(crate) fn deleted() -> Self {
        Self::new(410, "global", "deleted", "Resource has been deleted")
    }

    pub(crate) fn precondition_failed() -> Self {
        Self::new(412, "global", "conditionNotMet", "Precondition Failed").at("header", "If-Match")
    }

    pub(crate) fn full_sync_required() -> Self {
        Self::new(
            410,
            "calendar",
            "fullSyncRequired",
            "Sync token is no longer valid, a full sync is required.",
        )
        .at("parameter", "syncToken")
    }

    /// The refusal a status fault plays: the usual one of the status, or the one with the given reason.
    pub(crate) fn of_fault(status: u16, reason: Option<&str>) -> Self {
        let usual = match status {
            401 => Self::invalid_credentials(),
            403 => Self::new(403, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded"),
            404 => Self::not_found(),
            409 => Self::duplicate(),
            410 => Self::full_sync_required(),
            412 => Self::precondition_failed(),
            429 => Self::new(429, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded"),
            500..=599 => Self::new(status, "global", "backendError", "Backend Error"),
            _ => Self::new(status, "global", "badRequest", "Bad Request"),
        };
        let Some(reason) = reason else { return usual };
        let (domain, message) = match reason {
            "userRateLimitExceeded" => ("usageLimits", "User Rate Limit Exceeded"),
            "rateLimitExceeded" => ("usageLimits", "Rate Limit Exceeded"),
            "quotaExceeded" => ("usageLimits", "Calendar usage limits exceeded."),
            "forbidden" => ("global", "Forbidden"),
            "insufficientPermissions" => {
                return Self {
                    status,
                    ..Self::insufficient_scope()
                };
            }
            "deleted" => {
                return Self {
                    status,
                    ..Self::deleted()
                };
            }
            "fullSyncRequired" => {
                return Self {
                    status,
                    ..Self::full_sync_required()
                };
            }
            "updatedMinTooLongAgo" => (
                "calendar",
                "The requested minimum modification time lies too far in the past.",
            ),
            _ => (usual.domain, usual.message.as_str()),
        };
        Self::new(status, domain, reason, message)
    }

    pub(crate) fn body(&self) -> Value {
        let mut item = json!({ "domain": self.domain, "reason": self.reason, "message": self.message });
        if let Some((kind, name)) = &self.location {
            item["locationType"] = json!(kind);
            item["location"] = json!(name);
        }
        json!({ "error": { "errors": [item], "code": self.status, "message": self.message } })
    }
}

/// A refusal of the token, revoke and userinfo endpoints.
#[derive(Clone, Debug)]
pub(crate) struct OAuthError {
    pub status: u16,
    pub error: String,
    pub description: String,
}

impl OAuthError {
    pub(crate) fn new(status: u16, error: &str, description: impl Into<String>) -> Self {
        Self {
            status,
            error: error.to_owned(),
            description: description.into(),
        }
    }

    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", description)
    }

    pub(crate) fn bad_grant(description: impl Into<String>) -> Self {
        Self::new(400, "invalid_grant", description)
    }

    /// What Google says for every dead refresh token: revoked, unused for six months, pushed out by newer ones.
    pub(crate) fn revoked_grant() -> Self {
        Self::bad_grant("Token has been expired or revoked.")
    }

    pub(crate) fn of_fault(status: u16, reason: Option<&str>) -> Self {
        let error = reason.unwrap_or(match status {
            401 => "invalid_client",
            403 => "access_denied",
            429 => "rate_limit_exceeded",
            500..=599 => "internal_failure",
            _ => "invalid_request",
        });
        if error == "invalid_grant" {
            return Self {
                status,
                ..Self::revoked_grant()
            };
        }
        Self::new(status, error, "A fault of the sandbox answered this request.")
    }

    pub(crate) fn body(&self) -> Value {
        json!({ "error": self.error, "error_description": self.description })
    }
}
