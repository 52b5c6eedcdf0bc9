//! Queries about money: what Stripe told, what was paid, what goes back, which subscriptions run.

pub mod deliveries;
pub mod find_payment;
pub mod holds;
pub mod refunds;
pub mod save_row;
pub mod subscriptions;
