//! What stands below a field that cannot be accepted as it is.

use serde::{Deserialize, Serialize};

/// A sentence for the person who filled in the field: what is wrong and what to do. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct FieldError {
    /// The sentence, ready to be shown.
    pub message: String,
}

impl FieldError {
    /// An error with this sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}
