//! One request, one answer: sends, reads the body to its end, and says what is known when either breaks.

use std::error::Error as _;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::classify::{classify_api, needs_body};
use super::{GoogleClient, GoogleError};
use crate::observe::{Provider, observe};

/// A page of 2,500 events is a few megabytes; beyond this something is wrong.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// An answer, whatever its status.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body of a success. A success that cannot be read is [`GoogleError::BrokenAnswer`]: the effect did happen.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, GoogleError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            tracing::debug!(
                status = self.status.as_u16(),
                line = error.line(),
                column = error.column(),
                "google.answer_unreadable"
            );
            GoogleError::BrokenAnswer
        })
    }
}

impl GoogleClient {
    /// A request under the Calendar API's root, with a path whose parts are escaped.
    pub(crate) fn calendar_request(
        &self,
        method: Method,
        path: &[&str],
        access: &SecretString,
    ) -> Result<reqwest::RequestBuilder, GoogleError> {
        let mut url = self.endpoints().calendar.clone();
        extend_path(&mut url, path)?;
        self.authorized(method, url, access)
    }

    /// A request with a bearer token. A token that cannot stand in a header was never one of Google's.
    pub(crate) fn authorized(
        &self,
        method: Method,
        url: Url,
        access: &SecretString,
    ) -> Result<reqwest::RequestBuilder, GoogleError> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", access.expose_secret()))
            .map_err(|_| GoogleError::InvalidCredentials)?;
        bearer.set_sensitive(true);
        Ok(self.http().request(method, url).header(AUTHORIZATION, bearer))
    }

    /// Sends, and turns every refusal of the API into its class. `operation` is its name in metrics and logs.
    pub(crate) async fn call(
        &self,
        operation: &'static str,
        request: reqwest::RequestBuilder,
    ) -> Result<Answer, GoogleError> {
        let call = async {
            let answer = exchange(request).await?;
            if answer.status.is_success() {
                Ok(answer)
            } else {
                Err(classify_api(answer.status, &answer.headers, &answer.body))
            }
        };
        observe(Provider::Google, operation, call, GoogleError::code).await
    }
}

/// Sends and reads the whole answer.
pub(crate) async fn exchange(request: reqwest::RequestBuilder) -> Result<Answer, GoogleError> {
    let mut response = request.send().await.map_err(|error| explain_failure(&error))?;
    let status = response.status();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LARGEST_BODY => return Err(GoogleError::BrokenAnswer),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            // The status alone decides; half a body would add nothing.
            Err(_) if !needs_body(status) => {
                body.clear();
                break;
            }
            Err(error) => return Err(explain_failure(&error)),
        }
    }
    Ok(Answer { status, headers, body })
}

/// What is known when no answer came. The one question is whether Google may have acted.
fn explain_failure(error: &reqwest::Error) -> GoogleError {
    let class = if error.is_timeout() {
        GoogleError::Timeout {
            sent: !error.is_connect(),
        }
    } else if error.is_connect() {
        GoogleError::Unreachable
    } else if error.is_builder() {
        GoogleError::BadRequest {
            reason: "invalid_request".into(),
            message: String::new(),
        }
    } else {
        GoogleError::BrokenAnswer
    };
    // The error itself names the address, and with it perhaps a calendar's owner; its innermost cause does not.
    let mut cause = error.source();
    while let Some(inner) = cause.and_then(|cause| cause.source()) {
        cause = Some(inner);
    }
    tracing::debug!(
        class = class.code(),
        cause = cause.map(tracing::field::display),
        "google.no_answer"
    );
    class
}

/// Appends path parts, escaped. Parts that a URL would swallow (empty, `.` and `..`) are refused, or the request would
/// go to another resource.
fn extend_path(url: &mut Url, parts: &[&str]) -> Result<(), GoogleError> {
    let refused = || GoogleError::BadRequest {
        reason: "invalid_id".into(),
        message: "The id is not usable.".into(),
    };
    if parts.iter().any(|part| matches!(*part, "" | "." | "..")) {
        return Err(refused());
    }
    url.path_segments_mut()
        .map_err(|()| refused())?
        .pop_if_empty()
        .extend(parts);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar_url(parts: &[&str]) -> Result<String, GoogleError> {
        let mut url = Url::parse("https://www.googleapis.com/calendar/v3/").unwrap();
        extend_path(&mut url, parts)?;
        Ok(url.into())
    }

    #[test]
    fn ids_are_escaped() {
        let url = calendar_url(&[
            "calendars",
            "de.german#holiday@group.v.calendar.google.com",
            "events",
            "a/b?c",
        ])
        .unwrap();
        assert_eq!(
            url,
            "https://www.googleapis.com/calendar/v3/calendars/de.german%23holiday@group.v.calendar.google.com/events/a%2Fb%3Fc"
        );
    }

    #[test]
    fn ids_cannot_climb() {
        for id in ["", ".", ".."] {
            assert_eq!(
                calendar_url(&["calendars", id, "events"]).unwrap_err().code(),
                "bad_request"
            );
        }
        assert!(
            calendar_url(&["calendars", "../x", "events"])
                .unwrap()
                .ends_with("/calendars/..%2Fx/events")
        );
    }
}
