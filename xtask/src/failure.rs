//! The one error of this program: a sentence for the person at the keyboard. Nothing here branches on *why* something
//! failed, so a richer type would carry facts that nobody reads.

use std::fmt;

/// Says what went wrong and, wherever that is known, what to do about it.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure in these words.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// For `map_err`: "`doing` failed: the error".
    pub fn while_doing<E: fmt::Display>(doing: impl fmt::Display) -> impl FnOnce(E) -> Self {
        move |error| Self(format!("{doing} failed: {error}."))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
