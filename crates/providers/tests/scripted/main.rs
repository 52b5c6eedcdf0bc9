//! The clients against servers that play a script byte by byte, for what a real service does only on its worst days,
//! and for what its answers would not tell.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod event_requests;
mod lost_answers;
mod mail_dialogue;
mod server;
mod token_requests;
