//! Messages for the fields of a form, all at once, so that nobody has to submit five times to learn five things.

use timetap_core::text::FieldError;

/// Field name and what to do about it, in the order of the form. Empty means that all is well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    /// No complaints yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One complaint.
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::new();
        errors.add(field, message);
        errors
    }

    /// Adds a complaint; the first one about a field stays.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        if self.get(field).is_none() {
            self.0.push((field.to_owned(), message.into()));
        }
    }

    /// The value, or its complaint noted under `field` and `None`.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error.message)).ok()
    }

    /// Whether there is nothing to complain about.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The complaint about `field`.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == field)
            .map(|(_, message)| message)
    }

    /// All complaints, in the order in which they came up.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (field.as_str(), message.as_str()))
    }
}
