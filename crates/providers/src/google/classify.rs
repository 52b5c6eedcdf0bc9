//! From an HTTP answer to a [`GoogleError`]. Pure, so that every class is tested with the bodies that Google sends.

use std::time::Duration;

use http::header::{DATE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::GoogleError;
use super::redact::{keep_word, redact};

/// No provider may silence us for longer.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// What a refusal of the Calendar API (or of userinfo) means.
pub(crate) fn classify_api(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> GoogleError {
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let reason = find_reason(&body);
    let message = redact(
        body.pointer("/error/message")
            .and_then(Value::as_str)
            .unwrap_or_default(),
    );
    match status.as_u16() {
        401 => GoogleError::InvalidCredentials,
        400 if is_conference_refusal(&message) => GoogleError::ConferenceTypeNotAllowed,
        403 | 429 if matches!(reason, "quotaExceeded" | "dailyLimitExceeded") => GoogleError::QuotaExceeded,
        429 => GoogleError::RateLimited {
            retry_after: read_retry_after(headers),
        },
        403 if matches!(reason, "rateLimitExceeded" | "userRateLimitExceeded") => GoogleError::RateLimited {
            retry_after: read_retry_after(headers),
        },
        403 if is_scope_refusal(headers, &body, reason) => GoogleError::InsufficientScope,
        403 => GoogleError::Forbidden {
            reason: keep_word(if reason.is_empty() { "forbidden" } else { reason }),
        },
        404 => GoogleError::NotFound,
        409 if reason == "duplicate" => GoogleError::AlreadyExists,
        409 => GoogleError::Conflict,
        410 => GoogleError::Gone,
        412 => GoogleError::PreconditionFailed,
        408 => unavailable(status, headers),
        400..=499 => GoogleError::BadRequest {
            reason: if reason.is_empty() {
                format!("status_{}", status.as_u16())
            } else {
                keep_word(reason)
            },
            message,
        },
        _ => unavailable(status, headers),
    }
}

/// What a refusal of the token or revocation endpoint means (RFC 6749 section 5.2).
pub(crate) fn classify_oauth(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> GoogleError {
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let error = body.get("error").and_then(Value::as_str).unwrap_or_default();
    let description = redact(
        body.get("error_description")
            .and_then(Value::as_str)
            .unwrap_or_default(),
    );
    match (status.as_u16(), error) {
        (_, "quotaExceeded" | "dailyLimitExceeded") => GoogleError::QuotaExceeded,
        // Google's front door speaks the words of its APIs here, too.
        (429, _) | (_, "rate_limit_exceeded" | "rateLimitExceeded" | "userRateLimitExceeded" | "slow_down") => {
            GoogleError::RateLimited {
                retry_after: read_retry_after(headers),
            }
        }
        (408, _) | (_, "temporarily_unavailable" | "server_error" | "internal_failure") => unavailable(status, headers),
        (400..=499, "invalid_grant") => GoogleError::InvalidGrant { description },
        (400..=499, "") => GoogleError::OAuth {
            error: format!("status_{}", status.as_u16()),
            description,
        },
        (400..=499, error) => GoogleError::OAuth {
            error: keep_word(error),
            description,
        },
        _ => unavailable(status, headers),
    }
}

/// Whether the class of this status depends on the body, so that a cut-off body leaves it open.
pub(crate) fn needs_body(status: StatusCode) -> bool {
    status.is_success() || matches!(status.as_u16(), 400 | 403 | 409)
}

fn unavailable(status: StatusCode, headers: &HeaderMap) -> GoogleError {
    GoogleError::Unavailable {
        status: status.as_u16(),
        retry_after: read_retry_after(headers),
    }
}

fn find_reason(body: &Value) -> &str {
    body.pointer("/error/errors/0/reason")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Google answers 400 `invalid` both for this and for anything else, so only the message tells.
fn is_conference_refusal(message: &str) -> bool {
    message.to_ascii_lowercase().contains("invalid conference type")
}

fn is_scope_refusal(headers: &HeaderMap, body: &Value, reason: &str) -> bool {
    let in_header = headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .any(|value| value.to_str().is_ok_and(|text| text.contains("insufficient_scope")));
    let in_details = body
        .pointer("/error/details")
        .and_then(Value::as_array)
        .is_some_and(|details| {
            details
                .iter()
                .any(|d| d.get("reason").and_then(Value::as_str) == Some("ACCESS_TOKEN_SCOPE_INSUFFICIENT"))
        });
    in_header || in_details || matches!(reason, "insufficientPermissions" | "insufficientScopes")
}

/// `Retry-After` is a number of seconds or a date (RFC 9110 section 10.2.3). A date is read against the answer's own
/// `Date`, so no clock of ours is needed and a wrong one does no harm.
fn read_retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = text.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let until = read_http_date(text)?;
        let now = read_http_date(headers.get(DATE)?.to_str().ok()?)?;
        Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST_WAIT))
}

/// The form of `Date` and of the other kind of `Retry-After` (RFC 9110 section 5.6.7).
pub(crate) fn read_http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text.trim())
        .ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use rstest::rstest;

    use super::super::ErrorKind;
    use super::*;

    fn envelope(domain: &str, reason: &str, code: u16, message: &str) -> String {
        format!(
            r#"{{"error":{{"errors":[{{"domain":"{domain}","reason":"{reason}","message":"{message}"}}],"code":{code},"message":"{message}"}}}}"#
        )
    }

    fn api(status: u16, body: &str) -> GoogleError {
        classify_api(
            StatusCode::from_u16(status).unwrap(),
            &HeaderMap::new(),
            body.as_bytes(),
        )
    }

    #[rstest]
    #[case(401, "global", "authError", "Invalid Credentials", "invalid_credentials")]
    #[case(403, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded", "rate_limited")]
    #[case(
        403,
        "usageLimits",
        "userRateLimitExceeded",
        "User Rate Limit Exceeded",
        "rate_limited"
    )]
    #[case(429, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded", "rate_limited")]
    #[case(
        403,
        "usageLimits",
        "quotaExceeded",
        "Calendar usage limits exceeded.",
        "quota_exceeded"
    )]
    #[case(
        403,
        "global",
        "insufficientPermissions",
        "Insufficient Permission",
        "insufficient_scope"
    )]
    #[case(
        403,
        "calendar",
        "forbiddenForNonOrganizer",
        "Shared properties can only be changed by the organizer of the event.",
        "forbidden"
    )]
    #[case(403, "global", "forbidden", "Forbidden", "forbidden")]
    #[case(404, "global", "notFound", "Not Found", "not_found")]
    #[case(
        409,
        "global",
        "duplicate",
        "The requested identifier already exists.",
        "already_exists"
    )]
    #[case(409, "global", "conflict", "Conflict", "conflict")]
    #[case(410, "global", "deleted", "Resource has been deleted", "gone")]
    #[case(412, "global", "conditionNotMet", "Precondition Failed", "precondition_failed")]
    #[case(
        400,
        "global",
        "invalid",
        "Invalid conference type value.",
        "conference_type_not_allowed"
    )]
    #[case(400, "global", "timeRangeEmpty", "The specified time range is empty.", "bad_request")]
    #[case(413, "global", "uploadTooLarge", "Too large", "bad_request")]
    #[case(408, "global", "timeout", "Timeout", "unavailable")]
    #[case(500, "global", "backendError", "Backend Error", "unavailable")]
    #[case(503, "global", "backendError", "Backend Error", "unavailable")]
    #[case(302, "global", "moved", "Moved", "unavailable")]
    fn names_every_class(
        #[case] status: u16,
        #[case] domain: &str,
        #[case] reason: &str,
        #[case] message: &str,
        #[case] code: &str,
    ) {
        assert_eq!(api(status, &envelope(domain, reason, status, message)).code(), code);
    }

    #[rstest]
    #[case(400, "bad_request")]
    #[case(401, "invalid_credentials")]
    #[case(403, "forbidden")]
    #[case(409, "conflict")]
    #[case(429, "rate_limited")]
    #[case(502, "unavailable")]
    fn a_body_that_is_not_json_still_has_a_class(#[case] status: u16, #[case] code: &str) {
        for body in [
            "",
            "<html>Error</html>",
            "null",
            "[]",
            r#"{"error":"text"}"#,
            r#"{"error":{"errors":"odd","message":7}}"#,
        ] {
            assert_eq!(api(status, body).code(), code, "{body}");
        }
    }

    #[test]
    fn a_missing_scope_is_seen_in_each_of_its_forms() {
        let detail = r#"{"error":{"code":403,"status":"PERMISSION_DENIED","details":[{"reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"#;
        assert_eq!(api(403, detail), GoogleError::InsufficientScope);
        let mut headers = HeaderMap::new();
        headers.insert(
            WWW_AUTHENTICATE,
            HeaderValue::from_static(r#"Bearer realm="x", error="insufficient_scope""#),
        );
        assert_eq!(
            classify_api(StatusCode::FORBIDDEN, &headers, b""),
            GoogleError::InsufficientScope
        );
    }

    #[test]
    fn errors_never_repeat_an_address() {
        let error = api(
            400,
            &envelope("global", "invalid", 400, "Invalid attendee email kim@example.test."),
        );
        let shown = format!("{error} {error:?} {}", error.explain());
        assert!(!shown.contains("kim"), "{shown}");
        let odd = api(403, &envelope("global", "kim@example.test", 403, "x"));
        assert_eq!(
            odd,
            GoogleError::Forbidden {
                reason: "unknown".into()
            }
        );
    }

    #[rstest]
    #[case(
        400,
        r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#,
        "invalid_grant",
        ErrorKind::Reauthorize
    )]
    #[case(
        401,
        r#"{"error":"invalid_client","error_description":"Unauthorized"}"#,
        "oauth_error",
        ErrorKind::Permanent
    )]
    #[case(400, r#"{"error":"redirect_uri_mismatch"}"#, "oauth_error", ErrorKind::Permanent)]
    #[case(400, "not json", "oauth_error", ErrorKind::Permanent)]
    #[case(429, "", "rate_limited", ErrorKind::RateLimit)]
    #[case(403, r#"{"error":"rate_limit_exceeded"}"#, "rate_limited", ErrorKind::RateLimit)]
    #[case(403, r#"{"error":"userRateLimitExceeded"}"#, "rate_limited", ErrorKind::RateLimit)]
    #[case(403, r#"{"error":"quotaExceeded"}"#, "quota_exceeded", ErrorKind::Quota)]
    #[case(400, r#"{"error":"temporarily_unavailable"}"#, "unavailable", ErrorKind::Transient)]
    #[case(500, r#"{"error":"internal_failure"}"#, "unavailable", ErrorKind::Transient)]
    #[case(503, "", "unavailable", ErrorKind::Transient)]
    fn names_every_oauth_class(#[case] status: u16, #[case] body: &str, #[case] code: &str, #[case] kind: ErrorKind) {
        let error = classify_oauth(
            StatusCode::from_u16(status).unwrap(),
            &HeaderMap::new(),
            body.as_bytes(),
        );
        assert_eq!((error.code(), error.kind()), (code, kind));
    }

    #[rstest]
    #[case("30", None, Some(30))]
    #[case("99999999", None, Some(24 * 3600))]
    #[case("Fri, 20 Nov 2026 10:01:00 GMT", Some("Fri, 20 Nov 2026 10:00:00 GMT"), Some(60))]
    #[case("Fri, 20 Nov 2026 09:00:00 GMT", Some("Fri, 20 Nov 2026 10:00:00 GMT"), Some(0))]
    #[case("Fri, 20 Nov 2026 10:01:00 GMT", None, None)]
    #[case("soon", None, None)]
    #[case("-5", None, None)]
    fn reads_retry_after(#[case] value: &str, #[case] date: Option<&str>, #[case] seconds: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).unwrap());
        }
        let error = classify_api(StatusCode::TOO_MANY_REQUESTS, &headers, b"");
        assert_eq!(error.retry_after(), seconds.map(Duration::from_secs));
        let error = classify_api(StatusCode::SERVICE_UNAVAILABLE, &headers, b"");
        assert_eq!(error.retry_after(), seconds.map(Duration::from_secs));
    }
}
