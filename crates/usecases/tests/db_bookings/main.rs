//! Booking, moving and cancelling on both databases: what stands afterwards, what is refused and in which words.

mod booking;
mod cancelling;
mod forms;
mod looking;
mod offers;
mod refusals;
mod rescheduling;
mod support;
