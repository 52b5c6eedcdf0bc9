//! Booking, moving and cancelling on both databases: what stands afterwards, what is refused and in which words.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod booking;
mod cancelling;
mod forms;
mod looking;
mod offers;
mod refusals;
mod rescheduling;
mod statements;
mod support;
