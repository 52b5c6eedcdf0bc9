//! Money: paid, booked, given back; whatever Stripe tells, whenever, however often.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod at_once;
mod calling_off;
mod decided;
mod events;
mod late;
mod paying;
mod proof_event_orders;
mod proof_schedules;
mod refunds;
mod sound;
mod stories;
mod subscriptions;
mod support;
