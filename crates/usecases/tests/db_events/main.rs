//! Orders in calendars and mails: everybody's event, once each, in their own words, and what the mails say.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod calling_off;
mod exchanging;
mod handing_over;
mod moving;
mod order_mails;
mod overseeing;
mod proof_once;
mod roles;
mod standing_in;
mod status;
mod support;
mod texts;
