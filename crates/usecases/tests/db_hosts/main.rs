//! Hosts set up their page: every rule and every sentence, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod access;
mod booking_rules;
mod home;
mod profile;
mod services;
mod special_days;
mod support;
mod weekly_hours;
