//! One request to Stripe, one answer. Requests are put together by async-stripe; they go through the HTTP client that all
//! providers share, which has timeouts and follows no redirect, and of an answer is read what we use and no more: Stripe may
//! add to its objects, and to the words in them, at any time (docs.stripe.com/upgrades#what-changes-does-stripe-consider-to-be-backwards-compatible).

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use stripe_client_core::{RequestBuilder as Wanted, StripeMethod, VERSION};
use url::Url;

use super::error::StripeError;
use crate::observe::{Provider, observe};

/// A page of a hundred invoices is about a megabyte; beyond this something is wrong.
const LARGEST_BODY: usize = 16 * 1024 * 1024;
/// Nobody asks to be left alone for longer.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Settings with which no Stripe client can work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StripeSetupError {
    /// No key.
    #[error("the Stripe secret key is empty: copy it from the API keys in Stripe's dashboard")]
    EmptyKey,
    /// A publishable key, or another text.
    #[error("the Stripe secret key must begin with sk_ or rk_: the publishable key cannot take payments")]
    NotSecret,
    /// An address to which no HTTP request can go.
    #[error("the Stripe address must start with http:// or https://")]
    NotHttp,
}

/// Talks to Stripe with one account's secret key. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct StripeClient {
    inner: Arc<Inner>,
}

struct Inner {
    key: SecretString,
    base: Url,
    http: reqwest::Client,
}

impl StripeClient {
    /// Where Stripe answers (docs.stripe.com/api).
    pub const BASE: &'static str = "https://api.stripe.com/";

    /// A client with the account's secret key. `http` comes from [`crate::http::build_client`].
    ///
    /// # Errors
    /// See [`StripeSetupError`].
    pub fn new(key: &SecretString, base: &Url, http: reqwest::Client) -> Result<Self, StripeSetupError> {
        let key = key.expose_secret().trim();
        if key.is_empty() {
            return Err(StripeSetupError::EmptyKey);
        }
        if !key.starts_with("sk_") && !key.starts_with("rk_") {
            return Err(StripeSetupError::NotSecret);
        }
        if !matches!(base.scheme(), "http" | "https") {
            return Err(StripeSetupError::NotHttp);
        }
        let mut base = base.clone();
        base.set_path(&format!("{}/v1/", base.path().trim_end_matches('/')));
        Ok(Self {
            inner: Arc::new(Inner {
                key: SecretString::from(key),
                base,
                http,
            }),
        })
    }

    /// The site on which its payment pages stand, for policies that say where forms may lead: Stripe's own, or wherever the
    /// one stands that takes its place.
    pub fn payment_pages(&self) -> String {
        if self.inner.base.host_str() == Some("api.stripe.com") {
            "https://checkout.stripe.com".to_owned()
        } else {
            self.inner.base.origin().ascii_serialization()
        }
    }

    /// Whether the key moves real money.
    pub fn is_live(&self) -> bool {
        let key = self.inner.key.expose_secret();
        key.starts_with("sk_live_") || key.starts_with("rk_live_")
    }

    /// Sends what `wanted` says, and reads the answer. `operation` is its name in metrics and logs; whatever is asked again
    /// under one `idempotency_key` has one effect.
    pub(super) async fn send<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        wanted: Wanted,
        idempotency_key: Option<&str>,
    ) -> Result<T, StripeError> {
        let call = async {
            let answer = exchange(self.request(wanted, idempotency_key)?).await?;
            serde_json::from_slice(&answer).map_err(|error| {
                tracing::debug!(line = error.line(), column = error.column(), "stripe.answer_unreadable");
                StripeError::BrokenAnswer
            })
        };
        observe(Provider::Stripe, operation, call, StripeError::code).await
    }

    fn request(&self, wanted: Wanted, idempotency_key: Option<&str>) -> Result<RequestBuilder, StripeError> {
        let path = wanted.path.trim_start_matches('/');
        let mut url = self.inner.base.join(path).map_err(|_| StripeError::NotFound)?;
        if !url.path().starts_with(self.inner.base.path()) {
            return Err(StripeError::NotFound);
        }
        url.set_query(wanted.query.as_deref());
        let method = match wanted.method {
            StripeMethod::Get => http::Method::GET,
            StripeMethod::Post => http::Method::POST,
            StripeMethod::Delete => http::Method::DELETE,
        };
        let mut request = self
            .inner
            .http
            .request(method, url)
            .bearer_auth(self.inner.key.expose_secret())
            .header("stripe-version", VERSION.as_str());
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = wanted.body {
            request = request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body);
        }
        Ok(request)
    }
}

impl std::fmt::Debug for StripeClient {
    /// Names the address and nothing that is secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StripeClient")
            .field("base", &self.inner.base.as_str())
            .finish_non_exhaustive()
    }
}

/// Sends and reads to the end.
async fn exchange(request: RequestBuilder) -> Result<Vec<u8>, StripeError> {
    let mut answer = request.send().await.map_err(|error| lost(&error))?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| lost(&error))? {
        if body.len() + part.len() > LARGEST_BODY {
            return Err(StripeError::BrokenAnswer);
        }
        body.extend_from_slice(&part);
    }
    if status.is_success() {
        Ok(body)
    } else {
        Err(classify(status, &headers, &body))
    }
}

fn lost(error: &reqwest::Error) -> StripeError {
    if error.is_connect() {
        StripeError::Unreachable
    } else if error.is_timeout() {
        StripeError::Timeout
    } else {
        StripeError::BrokenAnswer
    }
}

#[derive(Default, Deserialize)]
struct Envelope {
    #[serde(default)]
    error: Details,
}

#[derive(Default, Deserialize)]
struct Details {
    #[serde(rename = "type", default)]
    kind: String,
    code: Option<String>,
    param: Option<String>,
}

/// Words of Stripe's are short and plain; anything else is none of theirs and goes no further.
fn word(text: String) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '[' | ']' | '.');
    if text.len() <= 80 && text.chars().all(plain) {
        text
    } else {
        "unknown".to_owned()
    }
}

fn classify(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> StripeError {
    let details = serde_json::from_slice::<Envelope>(body).unwrap_or_default().error;
    match status.as_u16() {
        401 | 403 => StripeError::Key {
            status: status.as_u16(),
        },
        404 => StripeError::NotFound,
        409 => StripeError::KeyInUse,
        429 => StripeError::RateLimited {
            retry_after: read_retry_after(headers),
        },
        400..=499 if details.kind == "idempotency_error" => StripeError::KeyUsedOtherwise,
        400..=499 => StripeError::Refused {
            code: word(details.code.unwrap_or(details.kind)),
            param: word(details.param.unwrap_or_default()),
        },
        status => StripeError::Unavailable {
            status,
            retry_after: read_retry_after(headers),
        },
    }
}

fn read_retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn of(status: u16, body: &str) -> StripeError {
        classify(
            StatusCode::from_u16(status).unwrap(),
            &HeaderMap::new(),
            body.as_bytes(),
        )
    }

    #[rstest]
    #[case(401, "invalid_request_error", "stripe_key", true)]
    #[case(404, "invalid_request_error", "stripe_not_found", false)]
    #[case(400, "idempotency_error", "stripe_key_used_otherwise", false)]
    #[case(409, "idempotency_error", "stripe_key_in_use", true)]
    #[case(400, "invalid_request_error", "stripe_refused", false)]
    #[case(402, "card_error", "stripe_refused", false)]
    #[case(429, "invalid_request_error", "rate_limited", true)]
    #[case(500, "api_error", "unavailable", true)]
    #[case(302, "", "unavailable", true)]
    fn every_answer_has_a_class(#[case] status: u16, #[case] kind: &str, #[case] code: &str, #[case] transient: bool) {
        for body in [
            format!(r#"{{"error":{{"type":"{kind}","message":"x"}}}}"#),
            String::new(),
        ] {
            if body.is_empty() && kind == "idempotency_error" && status == 400 {
                continue;
            }
            let error = of(status, &body);
            assert_eq!((error.code(), error.is_transient()), (code, transient), "{body}");
        }
    }

    #[test]
    fn what_a_customer_typed_goes_no_further() {
        let body =
            r#"{"error":{"type":"invalid_request_error","code":"kim@example.test","param":"a b","message":"kim"}}"#;
        let shown = format!("{} {:?}", of(400, body), of(400, body));
        assert!(!shown.contains("kim"), "{shown}");
    }

    #[test]
    fn keys_that_cannot_work_are_refused_and_none_is_shown() {
        let http = crate::http::build_client(crate::http::Timeouts::default()).unwrap();
        let base = StripeClient::BASE.parse().unwrap();
        let make = |key: &str, base: &Url| StripeClient::new(&SecretString::from(key), base, http.clone());
        assert_eq!(make(" ", &base).unwrap_err(), StripeSetupError::EmptyKey);
        assert_eq!(make("pk_live_1", &base).unwrap_err(), StripeSetupError::NotSecret);
        let odd = "mailto:a@b".parse().unwrap();
        assert_eq!(make("sk_test_1", &odd).unwrap_err(), StripeSetupError::NotHttp);
        let client = make("sk_live_secret", &base).unwrap();
        assert!(client.is_live());
        assert!(!format!("{client:?}").contains("secret"), "{client:?}");
    }
}
