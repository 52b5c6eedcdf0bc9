//! What comes back from a consent page, in the address.

use serde::Deserialize;
use timetap_providers::google::scopes::missing;

#[derive(Deserialize)]
struct Callback {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    scope: Option<String>,
}

/// The query of the callback's address.
pub fn oauth_callback(data: &[u8]) {
    let Ok(callback) = serde_urlencoded::from_bytes::<Callback>(data) else {
        return;
    };
    let missing = missing(&callback.scope.unwrap_or_default());
    assert!(missing.iter().all(|scope| scope.starts_with("https://")), "{missing:?}");
    let given = [callback.state, callback.code, callback.error];
    assert!(given.iter().flatten().map(String::len).sum::<usize>() <= data.len());
}
