//! Lets the `oauth2` crate speak through our HTTP client, and turns what went wrong into [`GoogleError`].

use std::future::Future;
use std::pin::Pin;

use oauth2::basic::BasicErrorResponse;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, RequestTokenError};

use super::super::GoogleError;
use super::super::classify::classify_oauth;
use super::super::send::exchange;

/// The token endpoint, as the crate sees it. The boxed future names its lifetime, which a plain closure over `async`
/// code cannot, and without that no caller could move to another thread.
pub(super) struct TokenPoster(pub reqwest::Client);

impl<'c> AsyncHttpClient<'c> for TokenPoster {
    type Error = GoogleError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, GoogleError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(post_token(&self.0, request))
    }
}

/// One token request. Refusals are classified here, before the crate sees them, because it knows neither rate limits nor
/// which failures are worth another try.
async fn post_token(http: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, GoogleError> {
    let (parts, body) = request.into_parts();
    let answer = exchange(
        http.request(parts.method, parts.uri.to_string())
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

/// What remains after [`TokenPoster`]: its own errors, or a success that cannot be read.
pub(super) fn read_token_error(error: RequestTokenError<GoogleError, BasicErrorResponse>) -> GoogleError {
    match error {
        RequestTokenError::Request(error) => error,
        _ => GoogleError::BrokenAnswer,
    }
}
