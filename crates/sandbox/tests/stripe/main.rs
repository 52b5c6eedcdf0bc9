//! The stand-in Stripe over real HTTP, rule by rule, and as Stripe's own client library for Rust sees it.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

mod api;
mod client_library;
mod control;
mod discounts;
mod faults;
mod idempotency;
mod page;
mod payments;
mod persistence;
mod sessions;
mod subscriptions;
mod support;
mod webhooks;
