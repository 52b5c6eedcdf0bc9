//! Orders in calendars and mails: everybody's event, once each, in their own words, and what the mails say.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod order_mails;
mod roles;
mod support;
