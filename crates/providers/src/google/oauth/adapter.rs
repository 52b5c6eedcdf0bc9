//! Lets the `oauth2` crate speak through our HTTP client, and turns what went wrong into [`GoogleError`].

use oauth2::basic::BasicErrorResponse;
use oauth2::{HttpRequest, HttpResponse, RequestTokenError};

use super::super::classify::classify_oauth;
use super::super::send::exchange;
use super::super::{GoogleClient, GoogleError};

impl GoogleClient {
    /// One token request. Refusals are classified here, before the crate sees them, because it knows neither rate limits
    /// nor which failures are worth another try.
    pub(super) async fn post_token(&self, request: HttpRequest) -> Result<HttpResponse, GoogleError> {
        let (parts, body) = request.into_parts();
        let answer = exchange(
            self.http()
                .request(parts.method, parts.uri.to_string())
                .headers(parts.headers)
                .body(body),
        )
        .await?;
        if !answer.status.is_success() {
            return Err(classify_oauth(answer.status, &answer.headers, &answer.body));
        }
        let mut response = HttpResponse::new(answer.body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }
}

/// What remains after [`GoogleClient::post_token`]: its own errors, or a success that cannot be read.
pub(super) fn read_token_error(error: RequestTokenError<GoogleError, BasicErrorResponse>) -> GoogleError {
    match error {
        RequestTokenError::Request(error) => error,
        _ => GoogleError::BrokenAnswer,
    }
}
