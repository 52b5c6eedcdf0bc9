//! Mails through a real SMTP connection into the sandbox's mailbox: what they say, to whom, with which calendar entry, and
//! what happens when a mail server does not take them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod calendar_entries;
mod changes;
mod confirmations;
mod mail_server;
mod meet_links;
mod support;
mod templates;
