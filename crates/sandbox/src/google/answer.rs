//! How Google's refusals become answers.

use http::header;

use super::errors::{ApiError, OAuthError};
pub(crate) use crate::answer::Answer;

impl From<ApiError> for Answer {
    fn from(error: ApiError) -> Self {
        let answer = Self::json(error.status, &error.body());
        if error.status == 401 {
            let realm = r#"Bearer realm="https://accounts.google.com/", error="invalid_token""#;
            return answer.with_header(header::WWW_AUTHENTICATE, realm);
        }
        answer
    }
}

impl From<OAuthError> for Answer {
    fn from(error: OAuthError) -> Self {
        Self::json(error.status, &error.body())
    }
}
