//! Headers that every answer carries, failures and files included (OWASP ASVS 5.0, chapters 3.3, 3.4 and 4.1.1).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::server_state::ServerState;

/// What an answer says unless it says something of its own. Pages bring a policy with this answer's nonce; everything else
/// may do nothing at all.
const USUAL: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
];

/// For a year browsers come over TLS only. Not for sub-domains: TimeTap does not know what else runs there, and a mistake
/// could not be taken back; a proxy that knows may say more.
const OVER_TLS: &str = "max-age=31536000";

/// Adds what is missing.
pub async fn add(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    complete(answer.headers_mut(), state.app.settings.is_https());
    answer
}

/// Adds what is missing to the headers of an answer.
pub fn complete(headers: &mut HeaderMap, is_https: bool) {
    for (name, value) in USUAL {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_https {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static(OVER_TLS));
    }
    name_charset(headers);
}

/// All our texts are UTF-8; where that is not said, a browser might guess otherwise.
fn name_charset(headers: &mut HeaderMap) {
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return;
    };
    let is_text = kind.starts_with("text/") || kind.ends_with("+xml") || kind.ends_with("/xml");
    if is_text
        && !kind.contains("charset")
        && let Ok(value) = HeaderValue::from_str(&format!("{kind}; charset=utf-8"))
    {
        headers.insert(header::CONTENT_TYPE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_their_charset_and_nothing_else_does() {
        for (before, after) in [
            ("text/css", "text/css; charset=utf-8"),
            ("image/svg+xml", "image/svg+xml; charset=utf-8"),
            ("text/calendar; charset=utf-8", "text/calendar; charset=utf-8"),
            ("font/woff2", "font/woff2"),
            ("application/json", "application/json"),
        ] {
            let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(before))]);
            name_charset(&mut headers);
            assert_eq!(headers[header::CONTENT_TYPE], after);
        }
    }
}
