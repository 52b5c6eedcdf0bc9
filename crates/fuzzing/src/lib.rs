//! What is done with bytes of any kind, wherever they come from: none of it may panic, hang, or break a promise.
//!
//! Each target is a plain function. `fuzz/` hands them what cargo-fuzz thinks of, a test of this crate the corpus that stands
//! beside it and a few thousand bytes of chance. A target panics where a promise is broken: that is how it says so.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a target panics where a promise is broken"
)]

mod booking_form;
mod calendar_file;
mod oauth_callback;
mod provider_answer;
mod webhook_body;

pub use booking_form::booking_form;
pub use calendar_file::calendar_file;
pub use oauth_callback::oauth_callback;
pub use provider_answer::provider_answer;
pub use webhook_body::webhook_body;

/// A target: its name, which is that of its corpus, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 5] = [
    ("booking_form", booking_form),
    ("calendar_file", calendar_file),
    ("oauth_callback", oauth_callback),
    ("provider_answer", provider_answer),
    ("webhook_body", webhook_body),
];
