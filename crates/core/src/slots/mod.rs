//! The slot engine: which times a host offers, and for every other time the reason why not.
//!
//! One way of judging stands behind all three questions: [`offer_slots`] lists what is free, [`explain_slots`] lists
//! everything with its reason, and [`check_slot`] is what a booking must pass. A time is accepted exactly when it is
//! offered. Work grows linearly with the days asked for and with the busy time; hostile rules give no slots, never a
//! panic.

mod blocked;
mod candidates;
mod check;
mod explain;
mod hours;
mod judge;
mod nearest;
mod offer;
mod refusal;
mod rules;
mod wall;

#[cfg(test)]
mod tests;

pub use check::check_slot;
pub use explain::{MAX_EXPLAINED_DAYS, explain_slots};
pub use judge::claim_span;
pub use nearest::nearest_slots;
pub use offer::offer_slots;
pub use refusal::Refusal;
pub use rules::{
    DayWindow, HostCalendar, HostRules, MAX_HORIZON_DAYS, MAX_INTERVAL, MAX_WINDOW_END, MIN_INTERVAL, Slot,
    WeeklyWindow,
};
