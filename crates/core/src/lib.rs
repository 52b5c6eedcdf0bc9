//! Pure rules of `TimeTap`: what time is free, what a text may hold, what a calendar should say.
//!
//! Nothing here reads a clock, a file, a socket or the machine's randomness by itself: a [`clock::Clock`] and an
//! [`entropy::Entropy`] are handed in, so every rule can be tested to the second and the byte.

#[macro_use]
mod text_form;

pub mod appointment;
pub mod calendar_write;
pub mod clock;
pub mod entropy;
pub mod event_id;
pub mod event_text;
pub mod ical;
pub mod location;
pub mod may_act_for;
pub mod money;
pub mod orders;
pub mod questions;
pub mod retry;
pub mod role;
pub mod slots;
pub mod span;
pub mod text;
pub mod times;

pub use text_form::UnknownText;
