//! What a person brings back from the consent page.

use serde::Deserialize;

/// The query of the address to which Google sends back (<https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2>). Anybody can
/// put anything there; nothing of it is believed before the state was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ConsentAnswer {
    /// The state that was sent along.
    pub state: Option<String>,
    /// The code, where consent was given.
    pub code: Option<String>,
    /// `access_denied` and the like, where it was not.
    pub error: Option<String>,
}
