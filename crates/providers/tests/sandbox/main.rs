//! The clients against the sandbox, over real HTTP and SMTP: against servers that keep the providers' rules.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod connection;
mod events;
mod mail;
mod reading;
mod refusals;
mod world;
