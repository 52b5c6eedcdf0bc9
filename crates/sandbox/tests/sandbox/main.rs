//! The sandbox over real HTTP and SMTP, rule by rule: what Google does, it does; what Google refuses, it refuses.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

mod calendars;
mod conference;
mod control;
mod events;
mod faults;
mod freebusy;
mod guests;
mod mailbox;
mod oauth;
mod oauth_lifetimes;
mod pages;
mod persistence;
mod push;
mod recurrence;
mod support;
mod sync;
