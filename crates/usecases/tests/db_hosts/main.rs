//! Hosts set up their page: every rule and every sentence, on both databases.

mod access;
mod booking_rules;
mod home;
mod profile;
mod services;
mod special_days;
mod support;
mod weekly_hours;
