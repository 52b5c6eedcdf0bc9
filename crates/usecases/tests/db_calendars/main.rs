//! Google calendars end to end: real rows, real jobs, and the stand-in Google over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod busy;
mod connecting;
mod failures;
mod meet_links;
mod support;
mod worker;
mod writes;
