//! Money: paid, booked, given back; whatever Stripe tells, whenever, however often.

mod paying;
mod support;
