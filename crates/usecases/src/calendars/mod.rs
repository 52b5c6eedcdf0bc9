//! Calendars: connections to providers and the events that are owed to them.

pub mod want_event;

pub use want_event::want_event;
