//! Money: paid, booked, given back; whatever Stripe tells, whenever, however often.

mod events;
mod late;
mod paying;
mod proof_event_orders;
mod proof_schedules;
mod refunds;
mod subscriptions;
mod support;
