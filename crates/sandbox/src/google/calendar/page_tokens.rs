//! Page and sync tokens: opaque to clients, JSON in base64 to us.

use data_encoding::BASE64URL_NOPAD;
use serde::{Serialize, de::DeserializeOwned};

use crate::google::{errors::ApiError, request::Params};

pub(super) fn seal(content: &impl Serialize) -> String {
    BASE64URL_NOPAD.encode(&serde_json::to_vec(content).unwrap_or_default())
}

pub(super) fn open<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

/// `maxResults`, at most the largest page.
pub(super) fn page_size(query: &Params, usual: i64, largest: i64) -> Result<usize, ApiError> {
    let size = query.number("maxResults")?.unwrap_or(usual);
    if size < 1 {
        let message = format!(
            "Invalid value '{size}'. Values must be within the range: [1, {}]",
            i32::MAX
        );
        return Err(ApiError::invalid_parameter("maxResults", message));
    }
    Ok(usize::try_from(size.min(largest)).unwrap_or(1))
}
