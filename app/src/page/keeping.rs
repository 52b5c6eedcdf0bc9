//! A page that may be kept and shown to others says so: what of it is one visitor's alone, and how long the rest holds.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use leptos::prelude::*;

/// Lies in the extensions of a request whose page may be kept, and is filled in by that page.
#[derive(Clone, Debug, Default)]
pub struct Keeping(Arc<Mutex<Notes>>);

/// What a page says of itself.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// The nonce in its policy and on its scripts.
    pub nonce: Option<String>,
    /// Set by pages that may be kept.
    pub kept: Option<Kept>,
}

/// A page that holds for everybody who is not signed in and brings no cookie, as long as nothing in the database changes,
/// within one minute of the clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The key against sending its form twice, which stands in the page once.
    pub form_key: Option<String>,
    /// When it changes by itself, where that may be before the minute is over.
    pub until: Option<Timestamp>,
}

impl Keeping {
    /// What was said.
    pub fn notes(&self) -> Notes {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The page may be kept.
    pub fn keep(&self, kept: Kept) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).kept = Some(kept);
    }

    /// Notes the page's nonce.
    pub fn note_nonce(&self, nonce: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).nonce = Some(nonce.to_owned());
    }
}

/// Where to say it, if anybody wants to know. Call it before the first await of a page.
pub fn keeping() -> Option<Keeping> {
    use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Keeping>().cloned())
}
