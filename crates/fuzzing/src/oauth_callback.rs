//! What comes back from a consent page, in the address.

use timetap_providers::google::oauth::ConsentAnswer;
use timetap_providers::google::scopes::{describe, missing};

/// The query of the callback's address, and a list of scopes.
pub fn oauth_callback(data: &[u8]) {
    let missing = missing(&String::from_utf8_lossy(data));
    for scope in &missing {
        assert!(
            scope.starts_with("https://") && describe(scope) != describe(""),
            "{missing:?}"
        );
    }
    let Ok(answer) = serde_urlencoded::from_bytes::<ConsentAnswer>(data) else {
        return;
    };
    let given = [answer.state, answer.code, answer.error];
    // Nothing is made up; bytes that are no text come back as one sign of three bytes each.
    assert!(given.iter().flatten().map(String::len).sum::<usize>() <= 3 * data.len());
}
